package io.aitta.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Who holds a partition: in the preference list's order. A joint configuration (Vertical Paxos;
 * Raft, section 6) has a second set, and then every quorum is needed in both. Majorities count
 * these members, never whoever is reachable.
 *
 * <p>A partition that lost its majority goes on with a joint configuration of the next recovery
 * term, from those that survived towards the new members (protocol rule 10). That was decided by
 * the roster: the agreed nodes of the cluster, whose configurations are of {@link
 * PartitionId#ROSTER} and are never joint.
 *
 * @param members the current members, distinct, at least one
 * @param successors the members to come; empty unless the configuration is joint
 * @param recoveries of a roster: the configuration with which each partition that ever lost its
 *     majority was recovered last, in order of partition; else empty
 */
public record Configuration(
    PartitionId partition,
    Epoch epoch,
    List<NodeId> members,
    List<NodeId> successors,
    List<Configuration> recoveries) {

  public Configuration {
    members = List.copyOf(members);
    successors = List.copyOf(successors);
    recoveries = List.copyOf(recoveries);
    if (partition.isRoster() ? !successors.isEmpty() : !recoveries.isEmpty()) {
      throw new IllegalArgumentException(
          "a roster is not joint, and only a roster has recoveries, was of [" + partition + "]");
    }
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

  /** Makes a partition's configuration. */
  public Configuration(
      PartitionId partition, Epoch epoch, List<NodeId> members, List<NodeId> successors) {
    this(partition, epoch, members, successors, List.of());
  }

  /** Makes a configuration that is not joint. */
  public static Configuration stable(PartitionId partition, Epoch epoch, List<NodeId> members) {
    return new Configuration(partition, epoch, members, List.of());
  }

  /** Makes a roster of the cluster's nodes. */
  public static Configuration roster(
      Epoch epoch, List<NodeId> nodes, List<Configuration> recoveries) {
    return new Configuration(PartitionId.ROSTER, epoch, nodes, List.of(), recoveries);
  }

  /**
   * Whether a partition begins with it after its majority was lost: no majority is left that holds
   * everything, so nothing is read before all of its members hold what any of them had.
   */
  public boolean isRecovery() {
    return isJoint() && epoch.recoveryTerm() > 0 && epoch.number() == Epoch.FIRST.number();
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
