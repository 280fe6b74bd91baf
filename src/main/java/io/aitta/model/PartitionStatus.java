package io.aitta.model;

import java.util.List;

/**
 * A partition as one node sees it.
 *
 * @param partition its number
 * @param epoch the configuration's epoch
 * @param members who holds it, in preference order
 * @param alive those of them that are alive
 */
public record PartitionStatus(
    PartitionId partition, Epoch epoch, List<NodeId> members, List<NodeId> alive) {

  public PartitionStatus {
    members = List.copyOf(members);
    alive = List.copyOf(alive);
  }
}
