package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Counts everything in a database, once, before it is used. */
final class Recount {
  private Recount() {}

  static void entries(Database database, Tally tally) throws StorageException {
    try (RocksIterator records = database.iterator(database.entries())) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.PARTITION_BYTES);
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (key == null) {
          tally.recordUnreadableKey();
        } else if (entry == null) {
          boolean unused = tally.recordCorruptAtStart(key);
        } else {
          tally.replace(key, null, entry);
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw Failures.of("cannot count the entries", e);
    }
  }

  static void hints(Database database, Tally tally) throws StorageException {
    try (RocksIterator records = database.iterator(database.hints())) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.TARGET_BYTES);
        @Nullable Entry entry = RecordFormat.decode(records.key(), records.value());
        if (key != null && entry != null) {
          tally.replaceHint(StoredKeys.targetOf(records.key()), key, null, entry);
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw Failures.of("cannot count the hints", e);
    }
  }
}
