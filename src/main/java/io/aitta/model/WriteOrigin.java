package io.aitta.model;

/**
 * Why an entry reaches a replica. Only a put's first application is checked against the clock bound
 * (protocol rule 13).
 */
public enum WriteOrigin {
  /**
   * A client's put or delete under its first version, or under a later one within the clock bound.
   */
  PUT,
  /**
   * A client's put or delete that was re-stamped to directly succeed a version which a replica
   * stores: exempt from the bound.
   */
  RESTAMPED_PUT,
  /** A read, or a comparison with another replica, found this replica behind. */
  REPAIR,
  /** A hint that was kept while this replica was away. */
  HINT,
  /** Another replica's copy, for a replica that must become whole. */
  TRANSFER
}
