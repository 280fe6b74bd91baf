package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.NodeId;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Words refusals: each names what was wanted and what there was. */
final class Refusals {
  private Refusals() {}

  /** Why nothing can be reached, before anything is sent; null if it can. */
  static @Nullable Refusal beforeSending(
      Configuration configuration, Consistency consistency, Predicate<NodeId> isDead) {
    if (Quorums.asksForTooMany(configuration.members(), consistency)) {
      return tooFewMembers(configuration.members(), consistency);
    }
    if (configuration.isJoint()
        && Quorums.asksForTooMany(configuration.successors(), consistency)) {
      return tooFewMembers(configuration.successors(), consistency);
    }
    Predicate<NodeId> isAlive = isDead.negate();
    if (!Quorums.isReached(configuration.members(), consistency, isAlive)) {
      return tooFewAlive(configuration.members(), consistency, isDead);
    }
    if (!Quorums.isReached(configuration, consistency, isAlive)) {
      return tooFewAlive(configuration.successors(), consistency, isDead);
    }
    return null;
  }

  private static Refusal tooFewMembers(List<NodeId> set, Consistency consistency) {
    int wanted = consistency.required(set.size());
    return new Refusal(
        Refusal.Code.TOO_FEW_MEMBERS,
        consistency + " needs [" + wanted + "] members, the partition has [" + set.size() + "]",
        wanted,
        set.size(),
        List.of());
  }

  private static Refusal tooFewAlive(
      List<NodeId> set, Consistency consistency, Predicate<NodeId> isDead) {
    int wanted = consistency.required(set.size());
    int alive = Quorums.count(set, isDead.negate());
    return new Refusal(
        Refusal.Code.TOO_FEW_REPLICAS,
        consistency + " needs [" + wanted + "] replicas, [" + alive + "] are alive",
        wanted,
        alive,
        set.stream().filter(isDead).toList());
  }

  /**
   * Too many of those that were asked refused. The code follows from why they did.
   *
   * @param refused those that cannot be used, with their reasons
   */
  static Refusal tooManyRefused(
      Configuration configuration, Consistency consistency, Map<NodeId, RefusalReason> refused) {
    Set<RefusalReason> distinct = EnumSet.noneOf(RefusalReason.class);
    distinct.addAll(refused.values());
    Refusal.Code code = Refusal.Code.TOO_FEW_REPLICAS;
    if (distinct.contains(RefusalReason.OVERLOADED)) {
      code = Refusal.Code.OVERLOADED;
    } else if (distinct.contains(RefusalReason.CLOCK_AHEAD)) {
      code = Refusal.Code.CLOCK_AHEAD;
    } else if (distinct.contains(RefusalReason.KEY_TOO_LARGE)) {
      code = Refusal.Code.KEY_TOO_LARGE;
    } else if (distinct.contains(RefusalReason.VALUE_TOO_LARGE)) {
      code = Refusal.Code.VALUE_TOO_LARGE;
    }
    int wanted = consistency.required(configuration.members().size());
    int usable = configuration.replicas().size() - refused.size();
    return new Refusal(
        code,
        consistency
            + " needs ["
            + wanted
            + "] replicas, ["
            + usable
            + "] did not refuse, the others did: "
            + distinct,
        wanted,
        usable,
        List.copyOf(refused.keySet()));
  }
}
