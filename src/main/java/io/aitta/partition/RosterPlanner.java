package io.aitta.partition;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the agreed nodes of the cluster, its <em>roster</em>, are to decide next: who they are, and
 * how partitions go on that lost their majority for good (protocol rule 10). Rosters follow each
 * other as the configurations of a partition do, each decided by a majority of the one before
 * ({@link PartitionSuccession}), and each lists how partitions were recovered so far. So there is
 * one order of all rosters and recoveries, and whatever two drivers or two sides of a split
 * propose, a partition is recovered in one way.
 *
 * <p>Why a recovery is not decided for its partition alone, by the roster of that moment:
 * <em>{A,B,C,D,E}</em>: A and B are lost; D proposes one recovery, which C, D and E accept; D
 * pauses. The roster becomes {C,D,E}, then {C,E,F}. E proposes another recovery, which E and F
 * accept, who know nothing of the first.
 *
 * <ul>
 *   <li>The roster comes to be the nodes that are to hold data, if a majority of the present one is
 *       alive and one of the next one would be. It holds no data itself, so it is never joint.
 *   <li>A partition has lost its majority when so many of its members are lost for longer than the
 *       delay that the others are none; while it is joint, its old members. If its configuration is
 *       not known to be served, the same goes for those who must store it first. A recovery has
 *       lost what it goes on from with any of its members: there is no majority of which all is
 *       held.
 *   <li>It goes on from all of its replicas that are alive, the old and the new ones, towards the
 *       placement among those that are alive. A replica that is neither alive nor lost is waited
 *       for, and so is the comparison of configurations with everybody who is alive, since the
 *       losses: the newest configuration may be known to few. <em>{A,B,C} → {C,D,E}</em>: only D
 *       and E know; A and B are lost; to go on from C alone would lose what D and E acknowledged.
 *   <li>If no replica is left, it goes on from its new members: with nothing but what they may
 *       still hold from earlier.
 * </ul>
 *
 * <p>A majority that was lost may have decided configurations that nobody else knows. They are of
 * an earlier recovery term, and count no more.
 */
public final class RosterPlanner {
  private final int replicationFactor;

  /** Makes a planner for partitions that are to have so many members. */
  public RosterPlanner(int replicationFactor) {
    this.replicationFactor = replicationFactor;
  }

  /**
   * The next roster; null if there is nothing to decide now.
   *
   * @param isLost whether a node is lost for longer than the delay after which partitions are
   *     recovered
   * @param isCompared whether the configurations of a node that is alive were the same as the
   *     driver's, since all of these were lost
   */
  public @Nullable Configuration plan(
      ConfigurationTable table,
      ClusterView view,
      Predicate<NodeId> isLost,
      Predicate<NodeId> isCompared) {
    Configuration roster = table.roster();
    if (!table.isServed(PartitionId.ROSTER) || !hasMajority(roster.members(), view.alive())) {
      return null;
    }
    Map<PartitionId, Configuration> recoveries = recoveries(roster);
    List<Configuration> due = due(table, view, isLost, isCompared);
    for (Configuration recovery : due) {
      recoveries.put(recovery.partition(), recovery);
    }
    List<NodeId> nodes = nodes(roster, view);
    return due.isEmpty() && nodes.equals(roster.members())
        ? null
        : Configuration.roster(roster.epoch().next(), nodes, new ArrayList<>(recoveries.values()));
  }

  /**
   * Whether one roster may follow another: each partition's recovery stays as it is, or is followed
   * by one of the next term.
   */
  static boolean follows(Configuration successor, Configuration predecessor) {
    Map<PartitionId, Configuration> before = recoveries(predecessor);
    Map<PartitionId, Configuration> after = recoveries(successor);
    if (after.size() != successor.recoveries().size()
        || !after.keySet().containsAll(before.keySet())) {
      return false;
    }
    for (Configuration recovery : after.values()) {
      Configuration last = before.get(recovery.partition());
      Epoch next = last == null ? Epoch.FIRST.nextTerm() : last.epoch().nextTerm();
      boolean isNext = recovery.isRecovery() && recovery.epoch().equals(next);
      if (!recovery.equals(last) && !isNext) {
        return false;
      }
    }
    return true;
  }

  /** The partitions that wait for a recovery, or will: their majority is lost by now. */
  public static boolean hasLostMajority(
      ConfigurationTable table, Configuration configuration, Predicate<NodeId> isLost) {
    List<NodeId> awaited = table.awaited(configuration.partition());
    boolean isFenceLost = !awaited.isEmpty() && isMajorityLost(awaited, isLost);
    return isFenceLost
        || (configuration.isRecovery()
            ? configuration.members().stream().anyMatch(isLost)
            : isMajorityLost(configuration.members(), isLost));
  }

  private List<Configuration> due(
      ConfigurationTable table,
      ClusterView view,
      Predicate<NodeId> isLost,
      Predicate<NodeId> isCompared) {
    List<Configuration> due = new ArrayList<>();
    boolean isEachCompared = view.alive().stream().allMatch(isCompared);
    List<PeerDescription> present =
        view.eligible().stream().filter(one -> view.alive().contains(one.node())).toList();
    if (!isEachCompared || present.isEmpty()) {
      return due;
    }
    for (Configuration configuration : table.all()) {
      boolean isEachKnown =
          configuration.replicas().stream()
              .allMatch(node -> view.alive().contains(node) || isLost.test(node));
      if (isEachKnown && hasLostMajority(table, configuration, isLost)) {
        due.add(recovery(configuration, table.roster(), view, present));
      }
    }
    return due;
  }

  private Configuration recovery(
      Configuration lost, Configuration roster, ClusterView view, List<PeerDescription> present) {
    List<NodeId> target = Placement.preferenceList(lost.partition(), present, replicationFactor);
    List<NodeId> survivors = lost.replicas().stream().filter(view.alive()::contains).toList();
    Configuration last = recoveries(roster).get(lost.partition());
    Epoch epoch = (last == null ? Epoch.FIRST : last.epoch()).nextTerm();
    return new Configuration(
        lost.partition(), epoch, survivors.isEmpty() ? target : survivors, target);
  }

  private static List<NodeId> nodes(Configuration roster, ClusterView view) {
    List<NodeId> nodes = view.eligible().stream().map(PeerDescription::node).sorted().toList();
    return hasMajority(nodes, view.alive()) ? nodes : roster.members();
  }

  private static Map<PartitionId, Configuration> recoveries(Configuration roster) {
    Map<PartitionId, Configuration> byPartition = new TreeMap<>();
    roster.recoveries().forEach(recovery -> byPartition.put(recovery.partition(), recovery));
    return byPartition;
  }

  static boolean hasMajority(List<NodeId> nodes, Set<NodeId> alive) {
    Set<NodeId> present = new HashSet<>(nodes);
    present.retainAll(alive);
    return present.size() > nodes.size() / 2;
  }

  private static boolean isMajorityLost(List<NodeId> nodes, Predicate<NodeId> isLost) {
    return nodes.stream().filter(isLost.negate()).count() <= nodes.size() / 2;
  }
}
