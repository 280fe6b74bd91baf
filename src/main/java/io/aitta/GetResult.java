package io.aitta;

import io.aitta.model.Refusal;
import io.aitta.model.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * How a typed get ended. A time-out is never "not found".
 *
 * @param <V> the store's values
 */
public sealed interface GetResult<V> {

  /** The value; empty if it was not found, or if nothing is known. */
  default Optional<V> toOptional() {
    return this instanceof Found<V> found ? Optional.of(found.value()) : Optional.empty();
  }

  /**
   * There is a value.
   *
   * @param version its version
   * @param expiresAt when it stops being visible; empty if never
   * @param holders how many replicas were known to hold it or a newer one
   */
  record Found<V>(V value, Version version, Optional<Instant> expiresAt, int holders)
      implements GetResult<V> {}

  /**
   * A quorum said that there is no value.
   *
   * @param deleted the tombstone's version; {@link Version#NONE} if the key is absent
   */
  record NotFound<V>(Version deleted) implements GetResult<V> {}

  /** Too few replicas answered or are alive. Says nothing about the key. */
  record Unavailable<V>(Refusal refusal) implements GetResult<V> {}

  /**
   * There is a value, but the store's codec cannot read it.
   *
   * @param version its version
   * @param codec the id under which it was stored
   * @param problem what the codec said
   */
  record Unreadable<V>(Version version, String codec, String problem) implements GetResult<V> {}
}
