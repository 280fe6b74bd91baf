package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everything in memory, and forgets it when it is closed: a node that restarts on it is a new
 * node. Readers see each mutation of a batch as it is applied; since there is nothing to survive, a
 * batch is atomic.
 */
final class MemoryEngine implements StorageEngine {
  private final Map<PartitionId, ConcurrentNavigableMap<Key, Entry>> partitions =
      new ConcurrentHashMap<>();
  private final Map<PartitionId, NavigableSet<Dying>> dying = new ConcurrentHashMap<>();
  private final Map<NodeId, ConcurrentNavigableMap<Key, Entry>> hints = new ConcurrentHashMap<>();
  private final Map<String, Bytes> metadata = new ConcurrentHashMap<>();
  private volatile StorageStatistics statistics = new StorageStatistics(0, 0, 0, 0);

  /** A tombstone, or a value that expires, by the time from which on it is dead. */
  private record Dying(long deadFromMillis, Key key) implements Comparable<Dying> {

    @Override
    public int compareTo(Dying other) {
      int byTime = Long.compare(deadFromMillis, other.deadFromMillis);
      return byTime != 0 ? byTime : key.compareTo(other.key);
    }
  }

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
      replaced(put.partition(), put.key(), before, put.entry());
    } else if (mutation instanceof Mutation.RemoveEntry remove) {
      ConcurrentNavigableMap<Key, Entry> entries = partitions.get(remove.partition());
      if (entries != null) {
        replaced(remove.partition(), remove.key(), entries.remove(remove.key()), null);
      }
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

  private void replaced(
      PartitionId partition, Key key, @Nullable Entry before, @Nullable Entry after) {
    statistics = counted(counted(statistics, key, before, -1), key, after, 1);
    if (before != null && before.isMortal()) {
      dying(partition).remove(new Dying(before.deadFromMillis(), key));
    }
    if (after != null && after.isMortal()) {
      dying(partition).add(new Dying(after.deadFromMillis(), key));
    }
  }

  private NavigableSet<Dying> dying(PartitionId partition) {
    return dying.computeIfAbsent(partition, unused -> new ConcurrentSkipListSet<>());
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
  public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries) {
    List<KeyVersion> dead = new ArrayList<>();
    for (Dying one : dying(partition)) {
      if (one.deadFromMillis() > untilMillis || dead.size() >= maxEntries) {
        break;
      }
      Entry entry = read(partition, one.key());
      if (entry != null && entry.deadFromMillis() == one.deadFromMillis()) {
        dead.add(KeyVersion.of(one.key(), entry));
      }
    }
    return dead;
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
