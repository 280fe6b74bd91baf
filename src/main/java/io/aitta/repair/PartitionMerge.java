package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica that lost records is with merging its partition from the other members
 * (protocol rule 9). It is whole again when it merged everything from a majority-sized set of
 * others that are whole themselves: every acknowledged write is held by one of them. If there are
 * no more others than that, or if all have lost records at once, it is whole when it merged from
 * every other: nobody has more. A lone member has nobody to merge from, and is whole at once; what
 * it lost is lost. So is a node that is no member: it counts for nothing there.
 *
 * <p>Nothing is merged before the puts are over that were in flight at the loss. <em>Without:</em>
 * A applies w, says so, and loses it; it merges B and C, which have not received w yet, and is
 * whole; B applies w, so that it is acknowledged by {A, B}; {A, C} lack it.
 */
public final class PartitionMerge {
  private final List<NodeId> others;
  private final int majority;
  private final long notBeforeNanos;
  private final Set<NodeId> mergedWhole = new HashSet<>();
  private final Set<NodeId> merged = new HashSet<>(); // contains mergedWhole

  /**
   * Begins with nothing merged.
   *
   * @param notBeforeNanos monotonic time, after the loss by the longest time that a put may be in
   *     flight
   */
  public PartitionMerge(Configuration configuration, NodeId self, long notBeforeNanos) {
    this.notBeforeNanos = notBeforeNanos;
    this.others =
        configuration.hasReplica(self)
            ? configuration.replicas().stream().filter(member -> !member.equals(self)).toList()
            : List.of();
    this.majority = configuration.members().size() / 2 + 1;
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

  /** Whether the replica is whole again. */
  public boolean isComplete() {
    return mergedWhole.size() >= majority || merged.size() == others.size();
  }
}
