package io.aitta.model;

/** Why a request was not carried out, at a replica or before it was sent to one. */
public enum RefusalReason {
  /** A limit of coordinators, requests, bytes or frames was reached. */
  OVERLOADED(true),
  /** The remaining time was over when the request was taken up. */
  EXPIRED(true),
  /** The version is further ahead of the replica's clock than the bound. */
  CLOCK_AHEAD(true),
  /** The key is larger than the replica's bound. */
  KEY_TOO_LARGE(true),
  /** The value is larger than the replica's bound. */
  VALUE_TOO_LARGE(true),
  /** The replica knows a newer configuration of the partition. */
  STALE_EPOCH(true),
  /**
   * The replica has not stored that configuration yet, or does not know yet that enough others did:
   * it will, soon.
   */
  CONFIGURATION_CHANGING(true),
  /**
   * The replica knows two configurations that claim to be the same: it serves nothing of the
   * partition until somebody looked.
   */
  CONFIGURATION_CONFLICT(true),
  /**
   * The replica has joined the partition and not loaded it yet: it takes writes, and answers no
   * reads.
   */
  LOADING(true),
  /** The node holds no replica of the partition. */
  NOT_A_REPLICA(true),
  /**
   * The replica lost records and is being made whole: it counts for no quorum until then (protocol
   * rule 9).
   */
  RECOVERING(true),
  /**
   * Nothing is stored for the key, and the version is not newer than the partition's horizon: a
   * tombstone that was dropped may have been newer. Whether the entry is alive, a majority must be
   * asked (protocol rule 8).
   */
  IN_QUESTION(true),
  /** The node is not ready: not bootstrapped, or of another cluster. */
  NOT_READY(true),
  /** The peer is known to be dead, so nothing was sent. */
  DEAD(true),
  /** The request was sent to another incarnation than the one that runs. */
  WRONG_INCARNATION(false),
  /** The link was lost after the request may have been sent. */
  LINK_LOST(false),
  /** The disk is full. The entry may be stored nevertheless. */
  STORAGE_FULL(false),
  /** Input or output failed. The entry may be stored nevertheless. */
  STORAGE_FAILED(false),
  /**
   * The replica's record failed its checksum. It is never served, and is repaired from the other
   * replicas.
   */
  CORRUPT_RECORD(false);

  private final boolean notApplied;

  RefusalReason(boolean notApplied) {
    this.notApplied = notApplied;
  }

  /** Whether the replica certainly did not apply, and will never apply, the refused request. */
  public boolean isCertainlyNotApplied() {
    return notApplied;
  }
}
