package io.aitta.actor;

import io.aitta.repair.ReplicaTrees;
import io.aitta.storage.Durability;
import io.aitta.storage.ForwardingEngine;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.List;

/**
 * An engine that tells {@link ReplicaTrees} of every entry that is written through it, right after
 * it was, in the writer's thread. Costs no reads, since a mutation says what it replaces. After a
 * write that failed it is not known what is stored, nor which version a corrupt record had: then
 * the partition's tree must be built anew. Tells {@link StorageWatch} what became of every write.
 */
final class TreeKeepingEngine extends ForwardingEngine {
  private final ReplicaTrees trees;
  private final StorageWatch watch;

  /**
   * Wraps an engine.
   *
   * @param trees used by the thread that writes alone
   * @param watch used by that thread alone as well
   */
  TreeKeepingEngine(StorageEngine engine, ReplicaTrees trees, StorageWatch watch) {
    super(engine);
    this.trees = trees;
    this.watch = watch;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    try {
      super.write(mutations, durability);
    } catch (StorageException e) {
      mutations.forEach(this::recordUncertain);
      watch.recordFailed(e);
      throw e;
    } catch (RuntimeException e) {
      mutations.forEach(this::recordUncertain);
      throw e;
    }
    watch.recordWritten();
    mutations.forEach(this::recordApplied);
  }

  private void recordApplied(Mutation mutation) {
    if (mutation instanceof Mutation.PutEntry put) {
      trees.recordApplied(put.partition(), put.key(), put.replaced(), put.entry());
    } else if (mutation instanceof Mutation.RemoveEntry remove) {
      trees.recordApplied(remove.partition(), remove.key(), remove.removed(), null);
    } else if (mutation instanceof Mutation.DiscardCorrupt discard) {
      trees.recordUncertain(discard.partition());
    }
  }

  private void recordUncertain(Mutation mutation) {
    if (mutation instanceof Mutation.PutEntry put) {
      trees.recordUncertain(put.partition());
    } else if (mutation instanceof Mutation.RemoveEntry remove) {
      trees.recordUncertain(remove.partition());
    } else if (mutation instanceof Mutation.DiscardCorrupt discard) {
      trees.recordUncertain(discard.partition());
    }
  }
}
