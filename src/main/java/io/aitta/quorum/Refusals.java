package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.NodeId;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Words refusals: each names what was wanted and what there was. */
final class Refusals {
  private Refusals() {}

  static Refusal tooFewMembers(Consistency consistency, int wanted, int members) {
    return new Refusal(
        Refusal.Code.TOO_FEW_MEMBERS,
        consistency + " needs [" + wanted + "] members, the partition has [" + members + "]",
        wanted,
        members,
        List.of());
  }

  static Refusal tooFewAlive(
      Configuration configuration, Consistency consistency, Predicate<NodeId> isDead) {
    List<NodeId> set = configuration.members();
    if (Quorums.isReached(set, consistency, node -> !isDead.test(node))
        && configuration.isJoint()) {
      set = configuration.successors();
    }
    int wanted = consistency.required(set.size());
    int alive = Quorums.count(set, node -> !isDead.test(node));
    return new Refusal(
        Refusal.Code.TOO_FEW_REPLICAS,
        consistency + " needs [" + wanted + "] replicas, [" + alive + "] are alive",
        wanted,
        alive,
        set.stream().filter(isDead).toList());
  }

  /**
   * All that were asked refused, and nothing was applied. The code follows from why they refused.
   */
  static Refusal allRefused(
      Configuration configuration, Consistency consistency, List<@Nullable RefusalReason> reasons) {
    Set<RefusalReason> distinct = EnumSet.noneOf(RefusalReason.class);
    for (RefusalReason reason : reasons) {
      if (reason != null) {
        distinct.add(reason);
      }
    }
    Refusal.Code code = Refusal.Code.TOO_FEW_REPLICAS;
    if (distinct.contains(RefusalReason.OVERLOADED)) {
      code = Refusal.Code.OVERLOADED;
    } else if (distinct.contains(RefusalReason.CLOCK_AHEAD)) {
      code = Refusal.Code.CLOCK_AHEAD;
    }
    int wanted = consistency.required(configuration.members().size());
    return new Refusal(
        code,
        consistency + " needs [" + wanted + "] replicas, those that answered refused: " + distinct,
        wanted,
        0,
        configuration.replicas());
  }
}
