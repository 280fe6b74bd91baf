package io.aitta;

import io.aitta.model.Consistency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one get is carried out.
 *
 * @param consistency how many replicas must hold what is answered; {@link Consistency#QUORUM} by
 *     default. "Not found" needs a majority at any of them
 * @param timeout how long the answer may take, above zero and at most {@code aitta.max-timeout};
 *     null takes {@code aitta.timeout}
 */
public record ReadOptions(Consistency consistency, @Nullable Duration timeout) {

  /** A quorum and the default timeout. */
  public static final ReadOptions DEFAULT = new ReadOptions(Consistency.QUORUM, null);

  /** The same with another consistency. */
  public ReadOptions with(Consistency other) {
    return new ReadOptions(other, timeout);
  }

  /** The same with another timeout. */
  public ReadOptions withTimeout(Duration other) {
    return new ReadOptions(consistency, other);
  }
}
