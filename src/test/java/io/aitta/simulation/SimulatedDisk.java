package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.repair.ReplicaTrees;
import io.aitta.simulation.Coverage.Event;
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
 * the engine of a real node does, and fails as long as there is a {@link DiskFault}.
 */
final class SimulatedDisk implements StorageEngine {
  private final Simulation world;
  private final NodeId self;
  private final StorageEngine engine;
  private final ReplicaTrees trees;

  SimulatedDisk(Simulation world, NodeId self, ReplicaTrees trees) {
    this.world = world;
    this.self = self;
    this.engine = world.disk(self);
    this.trees = trees;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    DiskFault fault = world.diskFault(self);
    if (fault != null && world.random().nextInt(8) != 0) {
      fail(mutations, durability, fault);
    }
    engine.write(mutations, durability);
    mutations.forEach(this::recordApplied);
  }

  private void fail(List<Mutation> mutations, Durability durability, DiskFault fault)
      throws StorageException {
    boolean isStored = world.random().nextInt(4) == 0;
    if (isStored) {
      engine.write(mutations, durability);
    }
    mutations.forEach(this::recordUncertain);
    world.trace(self, fault.kind(), isStored ? "stored all the same" : "not stored", mutations);
    world.coverage().count(isStored ? Event.STORED_THOUGH_FAILED : Event.WRITE_FAILED);
    throw fault.failure();
  }

  private void beforeRead() throws StorageException {
    DiskFault fault = world.diskFault(self);
    if (fault != null && fault.failsReads() && world.random().nextInt(4) == 0) {
      world.coverage().count(Event.READ_FAILED);
      throw fault.failure();
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
    beforeRead();
    return engine.read(partition, key);
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
      throws StorageException {
    beforeRead();
    return engine.scan(partition, after, maxEntries, maxBytes);
  }

  @Override
  public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries)
      throws StorageException {
    beforeRead();
    return engine.dead(partition, untilMillis, maxEntries);
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints)
      throws StorageException {
    beforeRead();
    return engine.hints(target, after, maxHints);
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) throws StorageException {
    beforeRead();
    return engine.readHint(target, key);
  }

  @Override
  public List<HintCount> hintCounts() throws StorageException {
    beforeRead();
    return engine.hintCounts();
  }

  @Override
  public @Nullable Bytes readMetadata(String name) throws StorageException {
    beforeRead();
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
