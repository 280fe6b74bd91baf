package io.aitta.liveness;

import java.time.Duration;

/**
 * When silence means what.
 *
 * @param suspectAfter silence after which a peer is suspected; above zero
 * @param deadAfter silence after which it is dead; not below {@code suspectAfter}
 * @param suspectAfterFailures failed exchanges in a row after which it is suspected; at least 1
 */
public record LivenessSettings(
    Duration suspectAfter, Duration deadAfter, int suspectAfterFailures) {

  public LivenessSettings {
    if (suspectAfter.isZero() || suspectAfter.isNegative()) {
      throw new IllegalArgumentException(
          "suspectAfter must be above 0, was [" + suspectAfter + "]");
    }
    if (deadAfter.compareTo(suspectAfter) < 0) {
      throw new IllegalArgumentException(
          "deadAfter must be at least " + suspectAfter + ", was [" + deadAfter + "]");
    }
    if (suspectAfterFailures < 1) {
      throw new IllegalArgumentException(
          "suspectAfterFailures must be at least 1, was [" + suspectAfterFailures + "]");
    }
  }
}
