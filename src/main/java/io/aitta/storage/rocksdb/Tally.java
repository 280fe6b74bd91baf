package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.storage.HintCount;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.StorageStatistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what an engine holds. Safe for use by any thread.
 *
 * <p>What a corrupt record had been counted for can only be guessed: from then on the counts are
 * not certain, and are made anew at the next start.
 */
final class Tally {
  private static final int MAX_CORRUPT_KEYS = 100_000;

  private long values;
  private long tombstones;
  private long bytes;
  private long corrupt;
  private boolean isCertain = true;
  private final Set<Key> corruptKeys = new HashSet<>(); // counted once each
  private final Map<NodeId, long[]> hints = new TreeMap<>(); // number, bytes

  static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  synchronized void replace(Key key, @Nullable Entry before, @Nullable Entry after) {
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

  /**
   * Counts a record that failed its checksum, once until it is replaced, and takes it out of what
   * is held.
   *
   * @param record null if it cannot even be read
   */
  synchronized void recordCorrupt(Key key, byte @Nullable [] record) {
    if (!recordCorruptAtStart(key)) {
      return;
    }
    isCertain = false;
    if (record != null) {
      int valueBytes = RecordFormat.guessValueBytes(record);
      if (valueBytes < 0) {
        tombstones--;
      } else {
        values--;
      }
      bytes -= key.encodedSize() + Math.max(0, valueBytes);
    }
  }

  /** Counts a record that failed its checksum and was never counted for anything else. */
  synchronized boolean recordCorruptAtStart(Key key) {
    boolean isNew = corruptKeys.size() < MAX_CORRUPT_KEYS && corruptKeys.add(key);
    corrupt += isNew ? 1 : 0;
    return isNew;
  }

  /** Counts a record whose very key cannot be read: it belongs to nothing, and is passed over. */
  synchronized void recordUnreadableKey() {
    corrupt++;
  }

  synchronized StorageStatistics statistics() {
    return new StorageStatistics(values, tombstones, bytes, corrupt);
  }

  synchronized List<HintCount> hints() {
    List<HintCount> counts = new ArrayList<>();
    hints.forEach((target, kept) -> counts.add(new HintCount(target, kept[0], kept[1])));
    return counts;
  }

  /** The counts to begin the next run with; empty if they are not certain. */
  synchronized byte[] save() {
    return isCertain
        ? ByteBuffer.allocate(24).putLong(values).putLong(tombstones).putLong(bytes).array()
        : new byte[0];
  }

  synchronized void restore(byte[] saved) {
    ByteBuffer in = ByteBuffer.wrap(saved);
    values = in.getLong();
    tombstones = in.getLong();
    bytes = in.getLong();
  }
}
