package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everything in memory, and forgets it when it is closed: a node that restarts on it is a new
 * node. Readers see each mutation of a batch as it is applied; since there is nothing to survive, a
 * batch is atomic.
 */
final class MemoryEngine implements StorageEngine {
  private final Map<PartitionId, ConcurrentNavigableMap<Key, Entry>> partitions =
      new ConcurrentHashMap<>();
  private final Map<NodeId, ConcurrentNavigableMap<Key, Entry>> hints = new ConcurrentHashMap<>();
  private final Map<String, Bytes> metadata = new ConcurrentHashMap<>();
  private volatile StorageStatistics statistics = new StorageStatistics(0, 0, 0, 0);

  @Override
  public @Nullable Entry read(PartitionId partition, Key key) {
    ConcurrentNavigableMap<Key, Entry> entries = partitions.get(partition);
    return entries == null ? null : entries.get(key);
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) {
    for (Mutation mutation : mutations) {
      apply(mutation);
    }
  }

  private void apply(Mutation mutation) {
    if (mutation instanceof Mutation.PutEntry put) {
      Entry before =
          partitions
              .computeIfAbsent(put.partition(), unused -> new ConcurrentSkipListMap<>())
              .put(put.key(), put.entry());
      statistics = counted(counted(statistics, put.key(), before, -1), put.key(), put.entry(), 1);
    } else if (mutation instanceof Mutation.PutHint put) {
      hints
          .computeIfAbsent(put.target(), unused -> new ConcurrentSkipListMap<>())
          .put(put.key(), put.entry());
    } else if (mutation instanceof Mutation.RemoveHint remove) {
      ConcurrentNavigableMap<Key, Entry> kept = hints.get(remove.target());
      if (kept != null) {
        kept.remove(remove.key());
      }
    } else if (mutation instanceof Mutation.PutMetadata put) {
      metadata.put(put.name(), put.content());
    }
    // Nothing in memory fails its checksum, so there is never a corrupt record to discard.
  }

  private static StorageStatistics counted(
      StorageStatistics now, Key key, @Nullable Entry entry, int sign) {
    if (entry == null) {
      return now;
    }
    int tombstones = entry.tombstone() ? sign : 0;
    return new StorageStatistics(
        now.values() + sign - tombstones,
        now.tombstones() + tombstones,
        now.bytes() + (long) sign * (key.encodedSize() + entry.value().size()),
        0);
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes) {
    ConcurrentNavigableMap<Key, Entry> entries = partitions.get(partition);
    List<KeyedEntry> page = new ArrayList<>();
    if (entries == null) {
      return new ScanPage(page, List.of(), true);
    }
    long bytes = 0;
    for (Map.Entry<Key, Entry> entry : from(entries, after).entrySet()) {
      if (page.size() >= maxEntries || bytes >= maxBytes) {
        return new ScanPage(page, List.of(), false);
      }
      page.add(new KeyedEntry(entry.getKey(), entry.getValue()));
      bytes += entry.getKey().encodedSize() + entry.getValue().value().size();
    }
    return new ScanPage(page, List.of(), true);
  }

  private static Map<Key, Entry> from(
      ConcurrentNavigableMap<Key, Entry> entries, @Nullable Key after) {
    return after == null ? entries : entries.tailMap(after, false);
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints) {
    ConcurrentNavigableMap<Key, Entry> kept = hints.get(target);
    if (kept == null) {
      return List.of();
    }
    return from(kept, after).entrySet().stream()
        .limit(maxHints)
        .map(hint -> new StoredHint(target, hint.getKey(), hint.getValue()))
        .toList();
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) {
    ConcurrentNavigableMap<Key, Entry> kept = hints.get(target);
    return kept == null ? null : kept.get(key);
  }

  @Override
  public List<HintCount> hintCounts() {
    List<HintCount> counts = new ArrayList<>();
    hints.forEach(
        (target, kept) -> {
          long bytes = 0;
          long number = 0;
          for (Map.Entry<Key, Entry> hint : kept.entrySet()) {
            bytes += hint.getKey().encodedSize() + hint.getValue().value().size();
            number++;
          }
          if (number > 0) {
            counts.add(new HintCount(target, number, bytes));
          }
        });
    return counts;
  }

  @Override
  public @Nullable Bytes readMetadata(String name) {
    return metadata.get(name);
  }

  @Override
  public StorageStatistics statistics() {
    return statistics;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String durability() {
    return "memory";
  }

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public boolean mayHaveLostWrites() {
    return false;
  }

  @Override
  public void close() {
    // What is in memory goes with the process; a test restarts a node on the same engine.
  }
}
