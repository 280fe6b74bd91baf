package io.aitta.repair;

import java.time.Duration;

/**
 * When replicas are compared.
 *
 * @param interval how often a pair of replicas is compared
 * @param retry how long a pair is left alone after a comparison failed
 * @param maxAttempts how often a repair on demand tries a pair
 */
public record AntiEntropySettings(Duration interval, Duration retry, int maxAttempts) {

  public AntiEntropySettings {
    if (interval.isNegative() || interval.isZero() || retry.isNegative() || retry.isZero()) {
      throw new IllegalArgumentException(
          "interval and retry must be positive, were [" + interval + "] and [" + retry + "]");
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts must be at least 1, was [" + maxAttempts + "]");
    }
  }
}
