package io.aitta.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a state that will come, with a generous limit. */
final class Waiting {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(2);

  private Waiting() {}

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  static void until(Supplier<String> what, BooleanSupplier condition) {
    long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - giveUpNanos > 0) {
        throw new IllegalStateException(
            "waited " + PATIENCE.toSeconds() + " s in vain until " + what.get());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
