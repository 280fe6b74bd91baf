package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine that is another one, but for what a subclass does differently. As safe for use by
 * several threads as the other is.
 */
public abstract class ForwardingEngine implements StorageEngine {
  private final StorageEngine engine;

  /** Forwards to an engine, and closes it when it is closed. */
  protected ForwardingEngine(StorageEngine engine) {
    this.engine = engine;
  }

  @Override
  public @Nullable Entry read(PartitionId partition, Key key) throws StorageException {
    return engine.read(partition, key);
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    engine.write(mutations, durability);
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
