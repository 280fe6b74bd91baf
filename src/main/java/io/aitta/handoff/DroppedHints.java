package io.aitta.handoff;

import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the hints that were not kept for want of room, to be told of now and then: one by one they
 * would be as many as the writes are.
 */
public final class DroppedHints {
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Map<NodeId, Long> untold = new LinkedHashMap<>();
  private final Map<NodeId, Long> toldNanos = new HashMap<>();

  /** Counts one. */
  public void record(NodeId target) {
    untold.merge(target, 1L, Long::sum);
  }

  /**
   * Returns what is to be told now: for each target how many were dropped since that was told last,
   * which is a second ago at least. They are told then.
   */
  public Map<NodeId, Long> take(long nowNanos) {
    Map<NodeId, Long> due = new LinkedHashMap<>();
    untold.forEach(
        (target, hints) -> {
          Long last = toldNanos.get(target);
          if (last == null || nowNanos - last >= PAUSE_NANOS) {
            due.put(target, hints);
            toldNanos.put(target, nowNanos);
          }
        });
    untold.keySet().removeAll(due.keySet());
    return due;
  }
}
