package io.aitta.model;

/** What became of an entry that a replica was asked to store (protocol rule 1). */
public enum WriteResult {
  /**
   * Stored, or was stored already, by the time of the answer and as durably as the fsync policy
   * says.
   */
  APPLIED,
  /**
   * This very version was applied here earlier, and a newer one has overwritten it since. Counts as
   * applied, unless that may have been by an earlier configuration.
   */
  APPLIED_SINCE_OVERWRITTEN,
  /** A newer version is stored, and this one was never applied by this incarnation. */
  SUPERSEDED,
  /** A newer version is stored, and whether this one was ever applied is no longer remembered. */
  SUPERSEDED_UNKNOWN,
  /**
   * Nothing is stored for the key, and this version is not newer than the partition's horizon: a
   * tombstone that was dropped may have been newer (protocol rule 8). It was never applied by this
   * incarnation.
   */
  BELOW_HORIZON;

  /** Whether it counts as an acknowledgement. */
  public boolean isApplied() {
    return this == APPLIED || this == APPLIED_SINCE_OVERWRITTEN;
  }
}
