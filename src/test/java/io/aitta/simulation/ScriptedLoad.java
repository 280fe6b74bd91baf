package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.PartitionMerge;
import io.aitta.replica.Loss;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a node of a {@link Script} takes the partition over from others, each of which gives all that
 * it holds as one page.
 */
final class ScriptedLoad {
  /** How long a put may be in flight. */
  static final long LONGEST_REQUEST_MILLIS = 5_000;

  private final Script script;
  private final ScriptedNode node;
  private final Configuration configuration;
  private final PartitionMerge merge;
  private final @Nullable Loss loss; // null if a joint configuration is loaded
  private @Nullable Page page; // under way
  private boolean hasMerged;

  private ScriptedLoad(
      Script script, ScriptedNode node, PartitionMerge merge, @Nullable Loss loss) {
    this.script = script;
    this.node = node;
    this.configuration = node.configuration();
    this.merge = merge;
    this.loss = loss;
    recordIfComplete();
  }

  /** Begins to load a joint configuration. */
  static ScriptedLoad joining(Script script, ScriptedNode node) {
    return new ScriptedLoad(
        script,
        node,
        PartitionMerge.loading(node.configuration(), node.id(), script.nowNanos()),
        null);
  }

  /** Begins to make a partition whole that lost records. */
  static ScriptedLoad recovering(Script script, ScriptedNode node) {
    Loss loss = node.state().recovering().get(Script.PARTITION);
    if (loss == null) {
      throw new IllegalStateException("nothing is lost");
    }
    long notBeforeNanos = loss.foundNanos() + Duration.ofMillis(LONGEST_REQUEST_MILLIS).toNanos();
    return new ScriptedLoad(
        script,
        node,
        PartitionMerge.recovering(node.configuration(), node.id(), notBeforeNanos),
        loss);
  }

  /** Whether it would ask that node now. */
  boolean mayAsk(String source) {
    return !isLoaded() && merge.nextSource(Script.id(source)::equals, script.nowNanos()) != null;
  }

  private boolean isLoaded() {
    return loss == null && node.state().isLoaded(Script.PARTITION, configuration.epoch());
  }

  /** A source is asked for all that it holds; its page is under way. */
  ScriptedLoad ask(String source) {
    if (mayAsk(source)) {
      ScriptedNode from = script.node(source);
      page =
          new Page(
              from.id(),
              from.page(configuration.epoch()),
              from.horizon().version(),
              from.read(),
              !from.state().recovering().containsKey(Script.PARTITION));
    }
    return this;
  }

  /** The page arrives, and is merged. */
  ScriptedLoad arrive() {
    if (page != null) {
      take(page);
      page = null;
    }
    return this;
  }

  /** A page that an earlier attempt asked for is taken for one of this, if so. */
  ScriptedLoad takeIf(boolean isTaken, ScriptedLoad earlier) {
    if (isTaken && earlier.page != null) {
      take(earlier.page);
    }
    return this;
  }

  private void take(Page arrived) {
    if (arrived.entries() == null) {
      return;
    }
    try {
      node.state().adoptHorizon(Script.PARTITION, arrived.horizon());
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
    node.observe(arrived.time());
    List<ReplicaRequest> writes =
        arrived.entries().stream()
            .<ReplicaRequest>map(
                entry ->
                    new ReplicaRequest.Write(
                        entry.key(), configuration.epoch(), entry.entry(), WriteOrigin.TRANSFER))
            .toList();
    if (node.handle(writes).stream().allMatch(ReplicaReply.Wrote.class::isInstance)) {
      hasMerged = true;
      merge.recordMerged(arrived.source(), arrived.isWhole(), node.awaited(arrived.time()));
      recordIfComplete();
    }
  }

  /** Counts as complete if it is by now. */
  void recordIfComplete() {
    try {
      if (loss != null && merge.isComplete(node.read())) {
        node.state().becomeWhole(Map.of(Script.PARTITION, loss));
      } else if (loss == null && isTakenForComplete()) {
        Epoch joint = configuration.epoch();
        node.state().becomeLoaded(Map.of(Script.PARTITION, joint));
      }
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isTakenForComplete() {
    return merge.isComplete(node.read())
        || (script.makes(Mistake.ONE_SOURCE_IS_ENOUGH) && hasMerged)
        || (script.makes(Mistake.ONLY_NEWCOMERS_MERGE)
            && configuration.members().contains(node.id()));
  }

  private record Page(
      NodeId source,
      @Nullable List<KeyedEntry> entries,
      Version horizon,
      HybridTime time,
      boolean isWhole) {}
}
