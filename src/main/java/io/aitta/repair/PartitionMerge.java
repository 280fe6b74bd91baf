package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica is with merging its partition from the members, for one of two reasons.
 *
 * <p>In a joint configuration every replica, those that stay included, merges from a majority of
 * the old members, itself counted if it is one (protocol rules 4 and 5). Each of them stored the
 * joint configuration before it gave anything, so whatever was acknowledged by the one before is
 * held by one of them.
 *
 * <p>A source counts once this node's own hybrid time has reached what that of the source was: a
 * reader that found an entry expired, by the times of a majority of the old members, is then
 * followed by none that finds it unexpired by the times of the new ones (rule 11). Within the clock
 * bound that is at once, since the source's time is observed; a source whose clock is further ahead
 * is made up for by others, or waited for, if not for ever ({@link
 * io.aitta.model.HybridClock#awaited}). <em>Without:</em> {A,B,C} → {A,D,E}; A and B say that x is
 * expired; D and E, whose clocks are behind, load x and show it again.
 *
 * <p>With a recovery of a partition that lost its majority, every replica, the survivors included,
 * merges from all survivors: there is no majority of which all is held (rule 10). Nothing is waited
 * for there, since what is recovered may be undone anyhow.
 *
 * <p>A replica that lost records merges from others (rule 9). It is whole again when it merged
 * everything from a majority-sized set of others that are whole themselves: every acknowledged
 * write is held by one of them. If there are no more others than that, or if all have lost records
 * at once, it is whole when it merged from every other: nobody has more. A lone member has nobody
 * to merge from, and is whole at once; what it lost is lost. So is a node that is no member: it
 * counts for nothing there.
 *
 * <p>Nothing is merged before the puts are over that were in flight at the loss. <em>Without:</em>
 * A applies w, says so, and loses it; it merges B and C, which have not received w yet, and is
 * whole; B applies w, so that it is acknowledged by {A, B}; {A, C} lack it.
 */
public final class PartitionMerge {
  private final List<NodeId> others;
  private final int required; // others, if they are whole
  private final long notBeforeNanos;
  private final boolean followsTime;
  private final Set<NodeId> mergedWhole = new HashSet<>();
  private final Map<NodeId, HybridTime> merged = new HashMap<>(); // contains mergedWhole

  /** Begins to load a joint configuration: with what this node holds, if it is an old member. */
  public static PartitionMerge loading(Configuration joint, NodeId self, long nowNanos) {
    int beyondHalf = joint.members().contains(self) ? 0 : 1;
    return joint.isRecovery()
        ? new PartitionMerge(joint, self, joint.members().size(), nowNanos, false)
        : new PartitionMerge(joint, self, beyondHalf, nowNanos, true);
  }

  /**
   * Begins to make a partition whole, with nothing.
   *
   * @param notBeforeNanos monotonic time, after the loss by the longest time that a put may be in
   *     flight
   */
  public static PartitionMerge recovering(
      Configuration configuration, NodeId self, long notBeforeNanos) {
    return new PartitionMerge(configuration, self, 1, notBeforeNanos, false);
  }

  /**
   * Whether a node gives what it holds to one that merges by the configuration of that epoch: only
   * if it stored that one itself, and so refuses every request of an older one (protocol rule 4).
   *
   * @param stored the newest configuration that the node stored
   */
  public static boolean mayBeGiven(Configuration stored, NodeId node, Epoch epoch) {
    return stored.epoch().equals(epoch) && stored.hasReplica(node);
  }

  private PartitionMerge(
      Configuration configuration,
      NodeId self,
      int beyondHalf,
      long notBeforeNanos,
      boolean followsTime) {
    this.notBeforeNanos = notBeforeNanos;
    this.followsTime = followsTime;
    this.others =
        configuration.hasReplica(self)
            ? configuration.members().stream().filter(member -> !member.equals(self)).toList()
            : List.of();
    this.required = configuration.members().size() / 2 + beyondHalf;
  }

  /**
   * The next member to merge from, among those that satisfy the condition; null if there is none,
   * or if it is too early.
   */
  public @Nullable NodeId nextSource(Predicate<NodeId> isAvailable, long nowNanos) {
    if (nowNanos - notBeforeNanos < 0) {
      return null;
    }
    for (NodeId member : others) {
      if (!merged.containsKey(member) && isAvailable.test(member)) {
        return member;
      }
    }
    return null;
  }

  /**
   * Records that everything of a member was merged.
   *
   * @param isWhole whether that member is whole itself
   * @param time what this node's time must have reached for this to count: the member's when it
   *     gave the last page
   */
  public void recordMerged(NodeId member, boolean isWhole, HybridTime time) {
    if (!others.contains(member)) {
      throw new IllegalArgumentException("not another member: [" + member + "]");
    }
    merged.putIfAbsent(member, time);
    if (isWhole) {
      mergedWhole.add(member);
    }
  }

  /** How many further members must give everything, if they are whole; 0 if that is over. */
  public int sourcesNeeded() {
    return Math.max(0, Math.min(required - mergedWhole.size(), others.size() - merged.size()));
  }

  /**
   * Whether the replica is whole again, or loaded.
   *
   * @param now this node's hybrid time, of which no later run goes back behind
   */
  public boolean isComplete(HybridTime now) {
    long reached = mergedWhole.stream().filter(member -> isReached(member, now)).count();
    return reached >= required
        || (merged.size() == others.size()
            && others.stream().allMatch(member -> isReached(member, now)));
  }

  /**
   * The latest time of a source, if nothing more is to be merged and this node's time is all that
   * is waited for; null if not.
   */
  public @Nullable HybridTime awaits(HybridTime now) {
    return merged.size() < others.size() || isComplete(now)
        ? null
        : merged.values().stream().max(HybridTime::compareTo).orElse(null);
  }

  private boolean isReached(NodeId member, HybridTime now) {
    HybridTime time = merged.get(member);
    return time != null && !(followsTime && time.isAfter(now));
  }
}
