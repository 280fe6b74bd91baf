package io.aitta.actor;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.repair.ReplicaTrees;
import io.aitta.storage.Durability;
import io.aitta.storage.HintCount;
import io.aitta.storage.Mutation;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageStatistics;
import io.aitta.storage.StoredHint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine that tells {@link ReplicaTrees} of every entry that is written through it, right after
 * it was, in the writer's thread. Costs no reads, since a mutation says what it replaces. After a
 * write that failed it is not known what is stored, nor which version a corrupt record had: then
 * the partition's tree must be built anew. Tells {@link StorageWatch} what became of every write.
 */
final class TreeKeepingEngine implements StorageEngine {
  private final StorageEngine engine;
  private final ReplicaTrees trees;
  private final StorageWatch watch;

  /**
   * Wraps an engine.
   *
   * @param trees used by the thread that writes alone
   * @param watch used by that thread alone as well
   */
  TreeKeepingEngine(StorageEngine engine, ReplicaTrees trees, StorageWatch watch) {
    this.engine = engine;
    this.trees = trees;
    this.watch = watch;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    try {
      engine.write(mutations, durability);
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

  @Override
  public @Nullable Entry read(PartitionId partition, Key key) throws StorageException {
    return engine.read(partition, key);
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
      throws StorageException {
    return engine.scan(partition, after, maxEntries, maxBytes);
  }

  @Override
  public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries)
      throws StorageException {
    return engine.dead(partition, untilMillis, maxEntries);
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints)
      throws StorageException {
    return engine.hints(target, after, maxHints);
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) throws StorageException {
    return engine.readHint(target, key);
  }

  @Override
  public List<HintCount> hintCounts() throws StorageException {
    return engine.hintCounts();
  }

  @Override
  public @Nullable Bytes readMetadata(String name) throws StorageException {
    return engine.readMetadata(name);
  }

  @Override
  public StorageStatistics statistics() {
    return engine.statistics();
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String durability() {
    return engine.durability();
  }

  @Override
  public boolean isDurable() {
    return engine.isDurable();
  }

  @Override
  public boolean mayHaveLostWrites() {
    return engine.mayHaveLostWrites();
  }

  @Override
  public void close() throws StorageException {
    engine.close();
  }
}
