package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import java.util.HashSet;
import java.util.List;
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
 * <p>With a recovery of a partition that lost its majority, every replica, the survivors included,
 * merges from all survivors: there is no majority of which all is held (rule 10).
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
  private final Set<NodeId> mergedWhole = new HashSet<>();
  private final Set<NodeId> merged = new HashSet<>(); // contains mergedWhole

  /** Begins to load a joint configuration: with what this node holds, if it is an old member. */
  public static PartitionMerge loading(Configuration joint, NodeId self, long nowNanos) {
    int beyondHalf = joint.members().contains(self) ? 0 : 1;
    return new PartitionMerge(
        joint, self, joint.isRecovery() ? joint.members().size() : beyondHalf, nowNanos);
  }

  /**
   * Begins to make a partition whole, with nothing.
   *
   * @param notBeforeNanos monotonic time, after the loss by the longest time that a put may be in
   *     flight
   */
  public static PartitionMerge recovering(
      Configuration configuration, NodeId self, long notBeforeNanos) {
    return new PartitionMerge(configuration, self, 1, notBeforeNanos);
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
      Configuration configuration, NodeId self, int beyondHalf, long notBeforeNanos) {
    this.notBeforeNanos = notBeforeNanos;
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
      if (!merged.contains(member) && isAvailable.test(member)) {
        return member;
      }
    }
    return null;
  }

  /**
   * Records that everything of a member was merged.
   *
   * @param isWhole whether that member is whole itself
   */
  public void recordMerged(NodeId member, boolean isWhole) {
    if (!others.contains(member)) {
      throw new IllegalArgumentException("not another member: [" + member + "]");
    }
    merged.add(member);
    if (isWhole) {
      mergedWhole.add(member);
    }
  }

  /** How many further members must give everything, if they are whole; 0 if it is complete. */
  public int sourcesNeeded() {
    return isComplete()
        ? 0
        : Math.min(required - mergedWhole.size(), others.size() - merged.size());
  }

  /** Whether the replica is whole again. */
  public boolean isComplete() {
    return mergedWhole.size() >= required || merged.size() == others.size();
  }
}
