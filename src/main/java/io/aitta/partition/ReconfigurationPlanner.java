package io.aitta.partition;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which successors to propose now, so that every partition comes to be where {@link Placement} puts
 * it. It drives changes and is not trusted with their safety: what it proposes from an old view
 * loses against what was decided since ({@link PartitionSuccession}).
 *
 * <ul>
 *   <li>A stable configuration whose members are not those of the placement is followed by a joint
 *       one towards them, if its majority and all who are to hold it are alive; those that miss the
 *       most members for good come first, and no more partitions are joint at once than the limit.
 *       The set only gets smaller for a member that leaves: to count one less that is gone would
 *       not make the rest more.
 *   <li>A joint one is followed by its successors alone once all of them have loaded everything.
 *   <li>A joint one of whose successors one is gone is followed by its old members: a target that
 *       dies does not hold a partition up. After a recovery, these must have loaded everything too.
 * </ul>
 *
 * <p>Remembers the placement as long as the nodes stay the same. Not safe for use by several
 * threads.
 */
public final class ReconfigurationPlanner {
  private final int replicationFactor;
  private final int maxTransfers;
  private final Map<PartitionId, List<NodeId>> targets = new HashMap<>(); // for those below
  private List<PeerDescription> targetNodes = List.of();

  /**
   * Makes a planner.
   *
   * @param replicationFactor how many members a partition is to have
   * @param maxTransfers how many partitions may be joint at once; at least 1
   */
  public ReconfigurationPlanner(int replicationFactor, int maxTransfers) {
    this.replicationFactor = replicationFactor;
    this.maxTransfers = maxTransfers;
  }

  /** What is proposed now: at most one successor for each partition. */
  public List<Configuration> plan(Collection<Configuration> configurations, ClusterView view) {
    List<Configuration> proposals = new ArrayList<>();
    List<Configuration> moves = new ArrayList<>();
    int transfers = 0;
    for (Configuration configuration : configurations) {
      if (!configuration.isJoint()) {
        Configuration move = move(configuration, view);
        if (move != null) {
          moves.add(move);
        }
        continue;
      }
      Configuration end = end(configuration, view);
      if (end != null) {
        proposals.add(end);
      } else {
        transfers++;
      }
    }
    moves.sort(
        Comparator.comparingInt((Configuration move) -> -missing(move, view))
            .thenComparing(move -> move.partition().value()));
    proposals.addAll(
        moves.subList(0, Math.max(0, Math.min(moves.size(), maxTransfers - transfers))));
    return List.copyOf(proposals);
  }

  /** Where the placement wants a partition. */
  List<NodeId> target(PartitionId partition, ClusterView view) {
    if (!targetNodes.equals(view.eligible())) {
      targetNodes = view.eligible();
      targets.clear();
    }
    return targets.computeIfAbsent(
        partition, one -> Placement.preferenceList(one, targetNodes, replicationFactor));
  }

  /**
   * Whether a stable configuration is to come to a node that does not hold it yet, as soon as that
   * can begin.
   */
  public boolean isWanted(Configuration configuration, NodeId node, ClusterView view) {
    return !configuration.isJoint()
        && !configuration.members().contains(node)
        && target(configuration.partition(), view).contains(node);
  }

  /** The joint configuration towards the placement; null if there is nothing to move now. */
  private @Nullable Configuration move(Configuration stable, ClusterView view) {
    List<NodeId> target = target(stable.partition(), view);
    Set<NodeId> members = new HashSet<>(stable.members());
    boolean isLeft = stable.members().stream().anyMatch(view.leaving()::contains);
    if (target.isEmpty()
        || members.equals(new HashSet<>(target))
        || (target.size() < members.size() && !isLeft)) {
      return null;
    }
    long alive = stable.members().stream().filter(view.alive()::contains).count();
    return alive > members.size() / 2 && view.alive().containsAll(target)
        ? new Configuration(stable.partition(), stable.epoch().next(), stable.members(), target)
        : null;
  }

  /** The stable configuration that ends a joint one; null if it must go on. */
  private static @Nullable Configuration end(Configuration joint, ClusterView view) {
    if (joint.successors().stream()
        .allMatch(node -> view.loaded().test(joint.partition(), joint.epoch(), node))) {
      return Configuration.stable(joint.partition(), joint.epoch().next(), joint.successors());
    }
    boolean isTargetGone = joint.successors().stream().anyMatch(node -> !view.isEligible(node));
    boolean isOldWhole =
        !joint.isRecovery()
            || joint.members().stream()
                .allMatch(node -> view.loaded().test(joint.partition(), joint.epoch(), node));
    return isTargetGone && isOldWhole
        ? Configuration.stable(joint.partition(), joint.epoch().next(), joint.members())
        : null;
  }

  private static int missing(Configuration move, ClusterView view) {
    return (int) move.members().stream().filter(node -> !view.isEligible(node)).count();
  }
}
