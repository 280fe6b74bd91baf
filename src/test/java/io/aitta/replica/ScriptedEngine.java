package io.aitta.replica;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.Durability;
import io.aitta.storage.HintCount;
import io.aitta.storage.Mutation;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageStatistics;
import io.aitta.storage.StoredHint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An engine of one partition that fails as it is told, and keeps every batch that it wrote. */
final class ScriptedEngine implements StorageEngine {
  final Map<Key, Entry> entries = new HashMap<>();
  final Map<String, Bytes> metadata = new HashMap<>();
  final Set<Key> corrupt = new HashSet<>();
  final List<List<Mutation>> batches = new ArrayList<>();
  final List<Durability> durabilities = new ArrayList<>();
  StorageException.@Nullable Kind failsWritesWith;
  StorageException.@Nullable Kind failsReadsWith;

  @Override
  public @Nullable Entry read(PartitionId partition, Key key) throws StorageException {
    if (failsReadsWith != null) {
      throw new StorageException(failsReadsWith, "scripted");
    }
    if (corrupt.contains(key)) {
      throw new CorruptRecordException(partition, key);
    }
    return entries.get(key);
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    if (failsWritesWith != null) {
      throw new StorageException(failsWritesWith, "scripted");
    }
    batches.add(List.copyOf(mutations));
    durabilities.add(durability);
    for (Mutation mutation : mutations) {
      if (mutation instanceof Mutation.PutEntry put) {
        entries.put(put.key(), put.entry());
      } else if (mutation instanceof Mutation.DiscardCorrupt discard) {
        corrupt.remove(discard.key());
        entries.remove(discard.key());
      } else if (mutation instanceof Mutation.PutMetadata put) {
        metadata.put(put.name(), put.content());
      }
    }
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<HintCount> hintCounts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable Bytes readMetadata(String name) {
    return metadata.get(name);
  }

  @Override
  public StorageStatistics statistics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public String durability() {
    return "scripted";
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public boolean mayHaveLostWrites() {
    return false;
  }

  @Override
  public void close() {}
}
