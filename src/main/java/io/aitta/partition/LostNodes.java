package io.aitta.partition;

import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are lost for good, by the account of one that watches: those that were gone from the
 * cluster's membership for longer than a delay, without a break. A plain class; monotonic time is
 * passed in.
 */
public final class LostNodes {
  private final @Nullable Duration delay;
  private final Map<NodeId, Long> goneSinceNanos = new HashMap<>();

  /**
   * Begins to watch.
   *
   * @param delay null if no node is ever taken for lost
   */
  public LostNodes(@Nullable Duration delay) {
    this.delay = delay;
  }

  /** Records the nodes that are gone now, of those that matter. */
  public void record(Set<NodeId> gone, long nowNanos) {
    goneSinceNanos.keySet().retainAll(gone);
    gone.forEach(node -> goneSinceNanos.putIfAbsent(node, nowNanos));
  }

  /** Whether a node is lost. */
  public boolean isLost(NodeId node, long nowNanos) {
    Long since = goneSinceNanos.get(node);
    return delay != null && since != null && nowNanos - since >= delay.toNanos();
  }

  /** Whether something happened after every node was gone that is lost now. */
  public boolean isSinceLosses(long nanos, long nowNanos) {
    return goneSinceNanos.entrySet().stream()
        .filter(gone -> isLost(gone.getKey(), nowNanos))
        .allMatch(gone -> nanos - gone.getValue() >= 0);
  }
}
