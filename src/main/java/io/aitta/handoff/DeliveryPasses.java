package io.aitta.handoff;

import io.aitta.model.Key;
import io.aitta.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each node's hints are read next: behind the last one that was read, and from the first once
 * all were. So hints that nobody can take now hold up none that somebody can.
 */
public final class DeliveryPasses {
  private final Map<NodeId, Pass> passes = new HashMap<>(); // those that are not at their begin

  /**
   * How far a pass over all hints of a node is.
   *
   * @param hasSent whether any of them could be sent
   */
  private record Pass(Key after, boolean hasSent) {}

  /** The key behind which the next hint is read; null if that is the first. */
  public @Nullable Key after(NodeId target) {
    Pass pass = passes.get(target);
    return pass == null ? null : pass.after();
  }

  /**
   * Records that hints were read, and that there are more behind them.
   *
   * @param last the last of them
   * @param hasSent whether any of them could be sent
   */
  public void recordRead(NodeId target, Key last, boolean hasSent) {
    passes.merge(
        target,
        new Pass(last, hasSent),
        (before, now) -> new Pass(now.after(), before.hasSent() || now.hasSent()));
  }

  /**
   * Records that the last hint was read, and begins anew.
   *
   * @param hasSent whether any could be sent of those that were read now
   * @return whether any could be sent since the first one was read
   */
  public boolean recordEnd(NodeId target, boolean hasSent) {
    Pass pass = passes.remove(target);
    return hasSent || (pass != null && pass.hasSent());
  }
}
