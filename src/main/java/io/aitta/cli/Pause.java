package io.aitta.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits between two questions of a command. */
final class Pause {
  private Pause() {}

  /**
   * Waits.
   *
   * @throws CommandFailure if the command was interrupted
   */
  static void of(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.unavailable("interrupted");
    }
  }
}
