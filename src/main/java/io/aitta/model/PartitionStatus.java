package io.aitta.model;

import java.util.List;

/**
 * A partition as one node sees it.
 *
 * @param partition its number
 * @param epoch the configuration's epoch
 * @param members who holds it, in preference order
 * @param successors who is to hold it; empty unless the configuration is joint
 * @param served whether that configuration is acted on
 * @param alive those of both that are alive
 * @param missing how many members fewer than the replication factor it has
 */
public record PartitionStatus(
    PartitionId partition,
    Epoch epoch,
    List<NodeId> members,
    List<NodeId> successors,
    boolean served,
    List<NodeId> alive,
    int missing) {

  public PartitionStatus {
    members = List.copyOf(members);
    successors = List.copyOf(successors);
    alive = List.copyOf(alive);
  }

  /** The members that are not alive, by what the node knows. */
  public List<NodeId> away() {
    return members.stream().filter(member -> !alive.contains(member)).toList();
  }
}
