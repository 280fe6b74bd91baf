package io.aitta.partition;

import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.List;
import java.util.Set;

/**
 * The cluster as a {@link ReconfigurationPlanner} sees it.
 *
 * @param eligible the nodes that are to hold data: those that are not leaving, and were not away
 *     for longer than the delay after which a node is replaced
 * @param leaving those that said that they are about to go
 * @param alive those that are alive
 * @param loaded whether a node said that it holds everything of a joint configuration
 */
public record ClusterView(
    List<PeerDescription> eligible, Set<NodeId> leaving, Set<NodeId> alive, Loaded loaded) {

  public ClusterView {
    eligible = List.copyOf(eligible);
    leaving = Set.copyOf(leaving);
    alive = Set.copyOf(alive);
  }

  boolean isEligible(NodeId node) {
    return eligible.stream().anyMatch(one -> one.node().equals(node));
  }

  /** Whether a node merged everything of a partition by a joint configuration. */
  @FunctionalInterface
  public interface Loaded {
    /** Whether it did. */
    boolean test(PartitionId partition, Epoch epoch, NodeId node);
  }
}
