package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StoredHint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads the records behind a prefix page by page. */
final class Pages {
  private Pages() {}

  static ScanPage entries(
      Database open,
      Tally tally,
      PartitionId partition,
      @Nullable Key after,
      int maxEntries,
      int maxBytes)
      throws RocksDBException {
    byte[] prefix = StoredKeys.partition(partition);
    List<KeyedEntry> entries = new ArrayList<>();
    List<Key> corrupt = new ArrayList<>();
    long bytes = 0;
    try (RocksIterator records = open.iterator(open.entries())) {
      seek(records, prefix, after == null ? null : StoredKeys.entry(partition, after));
      for (; isIn(records, prefix); records.next()) {
        if (entries.size() + corrupt.size() >= maxEntries || bytes >= maxBytes) {
          return new ScanPage(entries, corrupt, false);
        }
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.PARTITION_BYTES);
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (key == null) {
          continue;
        }
        if (entry == null) {
          tally.recordCorrupt(key, records.value());
          corrupt.add(key);
        } else {
          entries.add(new KeyedEntry(key, entry));
          bytes += Tally.bytes(key, entry);
        }
      }
      records.status();
    }
    return new ScanPage(entries, corrupt, true);
  }

  /** What a corrupt record left behind is passed over. */
  static List<KeyVersion> dead(
      Database open, PartitionId partition, long untilMillis, int maxEntries)
      throws RocksDBException {
    byte[] prefix = StoredKeys.partition(partition);
    List<KeyVersion> dead = new ArrayList<>();
    try (RocksIterator records = open.iterator(open.dying())) {
      seek(records, prefix, null);
      for (; isIn(records, prefix) && dead.size() < maxEntries; records.next()) {
        long deadFromMillis = StoredKeys.deadFromMillis(records.key());
        if (deadFromMillis > untilMillis) {
          break;
        }
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.DYING_BYTES);
        Entry entry = key == null ? null : Batch.read(open, StoredKeys.entry(partition, key));
        if (key != null && entry != null && entry.deadFromMillis() == deadFromMillis) {
          dead.add(KeyVersion.of(key, entry));
        }
      }
      records.status();
    }
    return dead;
  }

  static List<StoredHint> hints(Database open, NodeId target, @Nullable Key after, int maxHints)
      throws RocksDBException {
    byte[] prefix = StoredKeys.target(target);
    List<StoredHint> hints = new ArrayList<>();
    try (RocksIterator records = open.iterator(open.hints())) {
      seek(records, prefix, after == null ? null : StoredKeys.hint(target, after));
      for (; isIn(records, prefix) && hints.size() < maxHints; records.next()) {
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.TARGET_BYTES);
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (key != null && entry != null) {
          hints.add(new StoredHint(target, key, entry));
        }
      }
      records.status();
    }
    return hints;
  }

  private static void seek(RocksIterator records, byte[] prefix, byte @Nullable [] after) {
    records.seek(after == null ? prefix : after);
    if (after != null && records.isValid() && Arrays.equals(records.key(), after)) {
      records.next();
    }
  }

  private static boolean isIn(RocksIterator records, byte[] prefix) {
    return records.isValid() && StoredKeys.hasPrefix(records.key(), prefix);
  }
}
