package io.aitta.actor;

import java.time.Duration;

/**
 * Counts failures that may come with every request, to be told of now and then: one by one they
 * would fill the disk, of which they may say that it is full. Not safe for use by several threads.
 */
final class RepeatedFailures {
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private long untold;
  private boolean wasTold;
  private long toldNanos; // the last time, once wasTold

  /**
   * Records one. Returns how many there were since that was told last, this one included, if it is
   * to be told now; otherwise 0.
   *
   * @param nowNanos monotonic time
   */
  long record(long nowNanos) {
    untold++;
    if (wasTold && nowNanos - toldNanos < PAUSE_NANOS) {
      return 0;
    }
    long told = untold;
    untold = 0;
    wasTold = true;
    toldNanos = nowNanos;
    return told;
  }
}
