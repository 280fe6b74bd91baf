package io.aitta.model;

import java.util.List;

/**
 * Who holds which version of a key. Never carries the value.
 *
 * @param partition the key's partition
 * @param epoch its configuration's epoch
 * @param members the configuration's members, in preference order
 * @param replicas one for each member
 */
public record Explanation(
    PartitionId partition, Epoch epoch, List<NodeId> members, List<ReplicaCopy> replicas) {

  public Explanation {
    members = List.copyOf(members);
    replicas = List.copyOf(replicas);
  }

  /**
   * One replica's copy.
   *
   * @param node the replica's node
   * @param zone its zone; empty if none is set
   * @param state what it holds
   * @param version {@link Version#NONE} unless it holds a value or a tombstone
   * @param bytes the value's size
   * @param expiresAtMillis {@link Entry#NEVER} if it does not expire
   */
  public record ReplicaCopy(
      NodeId node, String zone, State state, Version version, int bytes, long expiresAtMillis) {}

  /** What a replica holds. */
  public enum State {
    /** A value that is not expired. */
    VALUE,
    /** A tombstone, or an expired value. */
    TOMBSTONE,
    /** Nothing. */
    ABSENT,
    /** It did not answer. */
    UNREACHABLE
  }
}
