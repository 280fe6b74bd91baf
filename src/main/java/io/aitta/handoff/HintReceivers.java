package io.aitta.handoff;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import java.util.List;

/**
 * Who must hold what a hint brings before it is done with: the node that it is for, as long as that
 * is to hold the key; else all that hold it or are to. A node that is leaving does not count as one
 * that is to hold it.
 *
 * <p><em>Without:</em> {A,B,C} to {A,D,E}, x acknowledged at ONE by A, which keeps hints for B and
 * C. D and E load from B and C; then the hints arrive there, and are gone. B and C leave, and D and
 * E lack x for as long as nobody reads it or compares replicas.
 */
public final class HintReceivers {
  private HintReceivers() {}

  /** Who must take a hint for that node, by a configuration of the key's partition. */
  public static List<NodeId> of(NodeId target, Configuration configuration) {
    List<NodeId> future =
        configuration.isJoint() ? configuration.successors() : configuration.members();
    return future.contains(target) ? List.of(target) : configuration.replicas();
  }
}
