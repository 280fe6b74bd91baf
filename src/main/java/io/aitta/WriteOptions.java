package io.aitta;

import io.aitta.model.Consistency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one put or delete is carried out.
 *
 * @param consistency how many replicas must have applied it; {@link Consistency#QUORUM} by default
 * @param timeToLive how long the value is visible, above zero and at most ten years; null for ever.
 *     Ignored by deletes
 * @param timeout how long the answer may take, above zero and at most {@code aitta.max-timeout};
 *     null takes {@code aitta.timeout}
 */
public record WriteOptions(
    Consistency consistency, @Nullable Duration timeToLive, @Nullable Duration timeout) {

  /** A quorum, no expiry, the default timeout. */
  public static final WriteOptions DEFAULT = new WriteOptions(Consistency.QUORUM, null, null);

  /** The same with another consistency. */
  public WriteOptions with(Consistency other) {
    return new WriteOptions(other, timeToLive, timeout);
  }

  /** The same with another time to live. */
  public WriteOptions withTimeToLive(Duration other) {
    return new WriteOptions(consistency, other, timeout);
  }

  /** The same with another timeout. */
  public WriteOptions withTimeout(Duration other) {
    return new WriteOptions(consistency, timeToLive, other);
  }
}
