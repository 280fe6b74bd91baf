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
 */
public record PartitionStatus(
    PartitionId partition,
    Epoch epoch,
    List<NodeId> members,
    List<NodeId> successors,
    boolean served,
    List<NodeId> alive) {

  public PartitionStatus {
    members = List.copyOf(members);
    successors = List.copyOf(successors);
    alive = List.copyOf(alive);
  }
}
