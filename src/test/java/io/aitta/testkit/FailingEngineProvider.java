package io.aitta.testkit;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.storage.Durability;
import io.aitta.storage.ForwardingEngine;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineProvider;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import io.aitta.storage.StoredHint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens engines in memory whose disks can be made to fail. */
public final class FailingEngineProvider implements StorageEngineProvider {
  private static final Map<Path, StorageException.Kind> FAILING = new ConcurrentHashMap<>();

  /** For loading by name. */
  public FailingEngineProvider() {}

  /** Makes everything fail that touches a node's disk. */
  static void fail(Path directory, StorageException.Kind kind) {
    FAILING.put(directory, kind);
  }

  static void mend(Path directory) {
    FAILING.remove(directory);
  }

  @Override
  public StorageEngine open(StorageSettings settings) throws StorageException {
    requireHealthy(settings.directory());
    return new FailingEngine(new MemoryEngineProvider().open(settings), settings.directory());
  }

  private static void requireHealthy(Path directory) throws StorageException {
    StorageException.Kind kind = FAILING.get(directory);
    if (kind != null) {
      throw new StorageException(kind, "the disk fails for a test");
    }
  }

  private static final class FailingEngine extends ForwardingEngine {
    private final Path directory;

    FailingEngine(StorageEngine engine, Path directory) {
      super(engine);
      this.directory = directory;
    }

    @Override
    public @Nullable Entry read(PartitionId partition, Key key) throws StorageException {
      requireHealthy(directory);
      return super.read(partition, key);
    }

    @Override
    public void write(List<Mutation> mutations, Durability durability) throws StorageException {
      requireHealthy(directory);
      super.write(mutations, durability);
    }

    @Override
    public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
        throws StorageException {
      requireHealthy(directory);
      return super.scan(partition, after, maxEntries, maxBytes);
    }

    @Override
    public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries)
        throws StorageException {
      requireHealthy(directory);
      return super.dead(partition, untilMillis, maxEntries);
    }

    @Override
    public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints)
        throws StorageException {
      requireHealthy(directory);
      return super.hints(target, after, maxHints);
    }

    @Override
    public @Nullable Entry readHint(NodeId target, Key key) throws StorageException {
      requireHealthy(directory);
      return super.readHint(target, key);
    }

    @Override
    public @Nullable Bytes readMetadata(String name) throws StorageException {
      requireHealthy(directory);
      return super.readMetadata(name);
    }

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public boolean isDurable() {
      return false;
    }

    @Override
    public boolean mayHaveLostWrites() {
      return false;
    }
  }
}
