package io.aitta.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Who holds a partition: in the preference list's order. A joint configuration (Vertical Paxos;
 * Raft, section 6) has a second set, and then every quorum is needed in both. Majorities count
 * these members, never whoever is reachable.
 *
 * @param members the current members, distinct, at least one
 * @param successors the members to come; empty unless the configuration is joint
 */
public record Configuration(
    PartitionId partition, Epoch epoch, List<NodeId> members, List<NodeId> successors) {

  public Configuration {
    members = List.copyOf(members);
    successors = List.copyOf(successors);
    if (members.isEmpty()) {
      throw new IllegalArgumentException(
          "a configuration needs at least one member, partition [" + partition + "]");
    }
    if (new HashSet<>(members).size() != members.size()
        || new HashSet<>(successors).size() != successors.size()) {
      throw new IllegalArgumentException(
          "members must be distinct, were " + members + " and " + successors);
    }
  }

  /** Makes a configuration that is not joint. */
  public static Configuration stable(PartitionId partition, Epoch epoch, List<NodeId> members) {
    return new Configuration(partition, epoch, members, List.of());
  }

  /** Whether quorums are needed in both sets. */
  public boolean isJoint() {
    return !successors.isEmpty();
  }

  /** Whether the node holds a replica, in either set. */
  public boolean hasReplica(NodeId node) {
    return members.contains(node) || successors.contains(node);
  }

  /** Every node that holds a replica, once each: members first. */
  public List<NodeId> replicas() {
    if (!isJoint()) {
      return members;
    }
    List<NodeId> union = new ArrayList<>(members);
    for (NodeId node : successors) {
      if (!members.contains(node)) {
        union.add(node);
      }
    }
    return List.copyOf(union);
  }
}
