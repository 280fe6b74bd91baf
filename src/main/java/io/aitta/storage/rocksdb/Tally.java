package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.storage.HintCount;
import io.aitta.storage.StorageStatistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what an engine holds. Safe for use by any thread. */
final class Tally {
  private static final int MAX_CORRUPT_KEYS = 100_000;

  private long values;
  private long tombstones;
  private long bytes;
  private long corrupt;
  private final Set<Key> corruptKeys = new HashSet<>(); // counted once each
  private final Map<NodeId, long[]> hints = new TreeMap<>(); // number, bytes

  static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  synchronized void replace(Key key, @Nullable Entry before, Entry after) {
    count(key, before, -1);
    count(key, after, 1);
    corruptKeys.remove(key);
  }

  private void count(Key key, @Nullable Entry entry, int sign) {
    if (entry == null) {
      return;
    }
    if (entry.tombstone()) {
      tombstones += sign;
    } else {
      values += sign;
    }
    bytes += sign * bytes(key, entry);
  }

  synchronized void replaceHint(
      NodeId target, Key key, @Nullable Entry before, @Nullable Entry after) {
    long[] kept = hints.computeIfAbsent(target, unused -> new long[2]);
    if (before != null) {
      kept[0]--;
      kept[1] -= bytes(key, before);
    }
    if (after != null) {
      kept[0]++;
      kept[1] += bytes(key, after);
    }
    if (kept[0] == 0) {
      hints.remove(target);
    }
  }

  /** Counts a record that failed its checksum, once until it is replaced. */
  synchronized void recordCorrupt(Key key) {
    if (corruptKeys.size() < MAX_CORRUPT_KEYS && corruptKeys.add(key)) {
      corrupt++;
    }
  }

  synchronized StorageStatistics statistics() {
    return new StorageStatistics(values, tombstones, bytes, corrupt);
  }

  synchronized List<HintCount> hints() {
    List<HintCount> counts = new ArrayList<>();
    hints.forEach((target, kept) -> counts.add(new HintCount(target, kept[0], kept[1])));
    return counts;
  }

  synchronized byte[] save() {
    return ByteBuffer.allocate(24).putLong(values).putLong(tombstones).putLong(bytes).array();
  }

  synchronized void restore(byte[] saved) {
    ByteBuffer in = ByteBuffer.wrap(saved);
    values = in.getLong();
    tombstones = in.getLong();
    bytes = in.getLong();
  }
}
