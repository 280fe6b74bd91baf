package io.aitta.repair;

import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import org.jspecify.annotations.Nullable;

/**
 * A key of which two replicas hold different records.
 *
 * @param own what this one held when it was looked at; null if nothing
 * @param other what the other one held; null if nothing. Not both are null
 */
public record Difference(Key key, @Nullable KeyVersion own, @Nullable KeyVersion other) {

  public Difference {
    if (own == null && other == null) {
      throw new IllegalArgumentException("no difference, key [" + key + "]");
    }
  }

  /**
   * Whether this replica's record is to be pushed to the other; else the other's is to be fetched.
   */
  public boolean isToPush() {
    return other == null || (own != null && own.wins(other));
  }
}
