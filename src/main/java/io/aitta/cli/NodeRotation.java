package io.aitta.cli;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which node is asked next, when all share the work: each in turn, but for those that were not
 * reachable a moment ago. Safe for use by any thread.
 */
final class NodeRotation {
  private final AtomicLongArray avoidedUntil;
  private final long epochNanos;

  NodeRotation(int nodes, long nowNanos) {
    this.avoidedUntil = new AtomicLongArray(nodes);
    this.epochNanos = nowNanos;
  }

  /** The node, from 0, whose turn it is; an unreachable one only if all are. */
  int next(long turn, long nowNanos) {
    int nodes = avoidedUntil.length();
    int first = (int) (turn % nodes);
    for (int i = 0; i < nodes; i++) {
      int node = (first + i) % nodes;
      if (!isAvoided(node, nowNanos)) {
        return node;
      }
    }
    return first;
  }

  /** Leaves a node out for a while. */
  void recordUnreachable(int node, long nowNanos, Duration avoided) {
    avoidedUntil.set(node, nowNanos - epochNanos + avoided.toNanos());
  }

  /** Whether another node than those that are avoided is left. */
  boolean hasReachable(long nowNanos) {
    for (int node = 0; node < avoidedUntil.length(); node++) {
      if (!isAvoided(node, nowNanos)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAvoided(int node, long nowNanos) {
    return nowNanos - epochNanos < avoidedUntil.get(node);
  }
}
