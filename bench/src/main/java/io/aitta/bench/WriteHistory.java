package io.aitta.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The puts of one key whose value a later read may return: all but those that ended before an
 * acknowledged one began. Safe for use by several threads.
 */
final class WriteHistory {
  private final List<Write> possible = new ArrayList<>();
  private long lastBeganNanos = Long.MIN_VALUE; // of those that were acknowledged

  synchronized void record(Write write) {
    if (write.isAcknowledged() && write.beganNanos() > lastBeganNanos) {
      lastBeganNanos = write.beganNanos();
      possible.removeIf(earlier -> earlier.endedNanos() < lastBeganNanos);
    }
    if (write.endedNanos() >= lastBeganNanos) {
      possible.add(write);
    }
  }

  synchronized List<Write> possible() {
    return List.copyOf(possible);
  }

  synchronized boolean mayReturn(long stamp) {
    return possible.stream().anyMatch(write -> write.stamp() == stamp);
  }
}
