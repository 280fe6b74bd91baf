package io.aitta.partition;

import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes are to hold data, by the account of one that watches: those that are alive, and those
 * members that were within a delay, since a restart must not move data. Who holds nothing yet is
 * not waited for. A node that was never seen counts as seen when the watch began. A plain class;
 * monotonic time is passed in.
 */
public final class Presence {
  private final long delayNanos;
  private final Map<NodeId, Long> seenNanos = new HashMap<>();
  private final Map<NodeId, PeerDescription> described = new HashMap<>();
  private Set<NodeId> alive = Set.of();

  /**
   * Begins to watch.
   *
   * @param delay how long a node may be away before others hold its data in its place
   */
  public Presence(Duration delay) {
    this.delayNanos = delay.toNanos();
  }

  /** Records the nodes that are alive now, as they describe themselves. */
  public void recordAlive(List<PeerDescription> alive, long nowNanos) {
    Set<NodeId> ids = new HashSet<>();
    for (PeerDescription node : alive) {
      ids.add(node.node());
      seenNanos.put(node.node(), nowNanos);
      described.put(node.node(), node);
    }
    this.alive = ids;
  }

  /**
   * The nodes that are to hold data, in order of their ids.
   *
   * @param members those that hold data now; one that was never seen is taken to weigh 1 and to be
   *     in no zone
   * @param leaving those that said that they are about to go
   */
  public List<PeerDescription> eligible(Set<NodeId> members, Set<NodeId> leaving, long nowNanos) {
    for (NodeId member : members) {
      seenNanos.putIfAbsent(member, nowNanos);
    }
    Set<NodeId> present = new HashSet<>();
    seenNanos.forEach(
        (node, seen) -> {
          boolean isAwaited = members.contains(node) && nowNanos - seen < delayNanos;
          if ((isAwaited || alive.contains(node)) && !leaving.contains(node)) {
            present.add(node);
          }
        });
    List<PeerDescription> eligible = new ArrayList<>();
    present.stream()
        .sorted()
        .forEach(
            node ->
                eligible.add(described.getOrDefault(node, new PeerDescription(node, "", 1, ""))));
    return eligible;
  }

  /** Forgets the nodes that are neither members nor were seen within the delay. */
  public void forgetAllBut(Set<NodeId> members, long nowNanos) {
    seenNanos
        .entrySet()
        .removeIf(
            seen -> !members.contains(seen.getKey()) && nowNanos - seen.getValue() >= delayNanos);
    described.keySet().retainAll(seenNanos.keySet());
  }
}
