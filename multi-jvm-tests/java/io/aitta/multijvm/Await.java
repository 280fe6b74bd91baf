package io.aitta.multijvm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for a state that will come, with a generous limit. */
final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private Await() {}

  /**
   * Waits until nothing is missing.
   *
   * @param what the state, for the message
   * @param missing says what is missing of it; null once it has come
   */
  static void until(String what, Supplier<@Nullable String> missing) {
    long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
    String last = missing.get();
    while (last != null) {
      if (System.nanoTime() - giveUpNanos > 0) {
        throw new AssertionError(
            "waited " + PATIENCE.toSeconds() + " s in vain until " + what + ": " + last);
      }
      LockSupport.parkNanos(POLL.toNanos());
      last = missing.get();
    }
  }
}
