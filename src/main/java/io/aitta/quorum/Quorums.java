package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.NodeId;
import java.util.List;
import java.util.function.Predicate;

/**
 * Counts nodes against a configuration: in the members, and in the successors too if it is joint.
 * Majorities are computed per set, and a node in both counts in both (protocol rule 15).
 */
final class Quorums {
  private Quorums() {}

  /** Whether enough nodes of every set satisfy the condition. */
  static boolean isReached(
      Configuration configuration, Consistency consistency, Predicate<NodeId> condition) {
    return isReached(configuration.members(), consistency, condition)
        && (!configuration.isJoint()
            || isReached(configuration.successors(), consistency, condition));
  }

  /** Whether enough nodes of one set satisfy the condition. */
  static boolean isReached(List<NodeId> set, Consistency consistency, Predicate<NodeId> condition) {
    return count(set, condition) >= consistency.required(set.size());
  }

  /** Whether the set is too small for the consistency. */
  static boolean asksForTooMany(List<NodeId> set, Consistency consistency) {
    return consistency.required(set.size()) > set.size();
  }

  /** How many nodes of a set satisfy the condition. */
  static int count(List<NodeId> set, Predicate<NodeId> condition) {
    int count = 0;
    for (NodeId node : set) {
      if (condition.test(node)) {
        count++;
      }
    }
    return count;
  }
}
