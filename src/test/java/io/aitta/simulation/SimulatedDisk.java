package io.aitta.simulation;

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
 * A simulated node's engine as one run of it has it: tells {@link ReplicaTrees} what is written, as
 * the engine of a real node does.
 */
final class SimulatedDisk implements StorageEngine {
  private final StorageEngine engine;
  private final ReplicaTrees trees;

  SimulatedDisk(StorageEngine engine, ReplicaTrees trees) {
    this.engine = engine;
    this.trees = trees;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    engine.write(mutations, durability);
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
  public void close() {
    // A crash closes nothing: the next run of the node finds the engine as it is.
  }
}
