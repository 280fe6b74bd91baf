package io.aitta.storage.rocksdb;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.Durability;
import io.aitta.storage.HintCount;
import io.aitta.storage.Mutation;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings;
import io.aitta.storage.StorageSettings.Fsync;
import io.aitta.storage.StorageStatistics;
import io.aitta.storage.StoredHint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Keeps everything in RocksDB: entries by partition and key, hints by target and key, metadata by
 * name, each in a column family. A batch of mutations is one write batch. Every use of the native
 * database holds a read lock, so that closing it waits for readers.
 *
 * <p>After an error in the background, for instance of a full disk, RocksDB refuses writes until it
 * is opened again: a write that finds it so opens it again in place once, and tells what it found
 * if that does not help.
 */
final class RocksDbEngine implements StorageEngine {
  private final StorageSettings settings;
  private final Tally tally = new Tally();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions byPolicy;
  private final Marks.Previous previous;
  private final @Nullable Flusher flusher; // null unless by interval
  private @Nullable Database database; // guarded by lock; null while it cannot be opened again
  private boolean isClosed; // guarded by lock

  private RocksDbEngine(StorageSettings settings, Database database) throws StorageException {
    this.settings = settings;
    this.database = database;
    this.byPolicy = new WriteOptions().setSync(settings.fsync() == Fsync.EVERY_BATCH);
    this.previous = Marks.begin(database, synced, settings.fsync());
    if (previous.wasClosedCleanly() && previous.tally() != null) {
      tally.restore(previous.tally().toByteArray());
    } else {
      recount(database);
    }
    countHints(database);
    this.flusher =
        settings.fsync() == Fsync.INTERVAL
            ? new Flusher(settings.fsyncInterval(), this::flush)
            : null;
  }

  static RocksDbEngine open(StorageSettings settings) throws StorageException {
    Database database = Database.open(settings);
    try {
      return new RocksDbEngine(settings, database);
    } catch (StorageException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private void recount(Database database) throws StorageException {
    try (RocksIterator records = database.iterator(database.entries())) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        Key key = StoredKeys.keyOf(records.key(), StoredKeys.PARTITION_BYTES);
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (entry == null) {
          tally.recordCorrupt(key);
        } else {
          tally.replace(key, null, entry);
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw Failures.of("cannot count the entries", e);
    }
  }

  private void countHints(Database database) throws StorageException {
    try (RocksIterator records = database.iterator(database.hints())) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (entry != null) {
          tally.replaceHint(
              StoredKeys.targetOf(records.key()),
              StoredKeys.keyOf(records.key(), StoredKeys.TARGET_BYTES),
              null,
              entry);
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw Failures.of("cannot count the hints", e);
    }
  }

  /** Something that uses the native database. */
  @FunctionalInterface
  private interface Use<T> {
    @Nullable T apply(Database open) throws RocksDBException, StorageException;
  }

  private <T> T use(String what, Use<T> use) throws StorageException {
    return Objects.requireNonNull(lookUp(what, use));
  }

  private <T> @Nullable T lookUp(String what, Use<T> use) throws StorageException {
    lock.readLock().lock();
    try {
      if (isClosed) {
        throw new StorageException(Kind.FAILED, what + ": the engine is closed");
      }
      if (database == null) {
        throw new StorageException(
            Kind.FAILED, what + ": the database failed and could not be opened again");
      }
      return use.apply(database);
    } catch (RocksDBException e) {
      throw Failures.of(what, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public @Nullable Entry read(PartitionId partition, Key key) throws StorageException {
    byte[] stored = StoredKeys.entry(partition, key);
    byte[] record = lookUp("cannot read", open -> open.get(open.entries(), stored));
    if (record == null) {
      return null;
    }
    Entry entry = RecordFormat.decode(stored, record);
    if (entry == null) {
      tally.recordCorrupt(key);
      throw new CorruptRecordException(partition, key);
    }
    return entry;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    if (flusher != null) {
      flusher.requireHealthy();
    }
    try {
      use("cannot write", open -> write(open, mutations, durability));
    } catch (StorageException e) {
      if (e.kind() == Kind.CORRUPT) {
        throw e;
      }
      reopen(e);
      throw e;
    }
  }

  private boolean write(Database open, List<Mutation> mutations, Durability durability)
      throws RocksDBException, StorageException {
    List<Runnable> counts = new ArrayList<>();
    try (WriteBatch batch = new WriteBatch()) {
      for (Mutation mutation : mutations) {
        add(open, batch, mutation, counts);
      }
      open.write(batch, durability == Durability.ALWAYS ? synced : byPolicy);
    }
    counts.forEach(Runnable::run);
    return true;
  }

  private void add(Database open, WriteBatch batch, Mutation mutation, List<Runnable> counts)
      throws RocksDBException {
    if (mutation instanceof Mutation.PutEntry put) {
      byte[] stored = StoredKeys.entry(put.partition(), put.key());
      batch.put(open.entries(), stored, RecordFormat.encode(stored, put.entry()));
      counts.add(() -> tally.replace(put.key(), put.replaced(), put.entry()));
    } else if (mutation instanceof Mutation.DiscardCorrupt discard) {
      batch.delete(open.entries(), StoredKeys.entry(discard.partition(), discard.key()));
    } else if (mutation instanceof Mutation.PutHint put) {
      byte[] stored = StoredKeys.hint(put.target(), put.key());
      Entry before = hint(open, stored);
      batch.put(open.hints(), stored, RecordFormat.encode(stored, put.entry()));
      counts.add(() -> tally.replaceHint(put.target(), put.key(), before, put.entry()));
    } else if (mutation instanceof Mutation.RemoveHint remove) {
      byte[] stored = StoredKeys.hint(remove.target(), remove.key());
      Entry before = hint(open, stored);
      batch.delete(open.hints(), stored);
      counts.add(() -> tally.replaceHint(remove.target(), remove.key(), before, null));
    } else if (mutation instanceof Mutation.PutMetadata put) {
      batch.put(open.metadata(), Marks.name(put.name()), Marks.seal(put.content().toByteArray()));
    }
  }

  private static @Nullable Entry hint(Database open, byte[] stored) throws RocksDBException {
    byte[] record = open.get(open.hints(), stored);
    return record == null ? null : RecordFormat.decode(stored, record);
  }

  /**
   * Opens the database again after it failed, so that the next write finds it healthy if it can be.
   */
  private void reopen(StorageException why) {
    lock.writeLock().lock();
    try {
      if (!isClosed) {
        if (database != null) {
          database.close();
          database = null;
        }
        database = Database.open(settings);
      }
    } catch (StorageException e) {
      why.addSuppressed(e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
      throws StorageException {
    return use("cannot scan", open -> scan(open, partition, after, maxEntries, maxBytes));
  }

  private ScanPage scan(
      Database open, PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
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
        if (entry == null) {
          tally.recordCorrupt(key);
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

  private static void seek(RocksIterator records, byte[] prefix, byte @Nullable [] after) {
    records.seek(after == null ? prefix : after);
    if (after != null && records.isValid() && Arrays.equals(records.key(), after)) {
      records.next();
    }
  }

  private static boolean isIn(RocksIterator records, byte[] prefix) {
    return records.isValid() && StoredKeys.hasPrefix(records.key(), prefix);
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints)
      throws StorageException {
    return use("cannot read hints", open -> hints(open, target, after, maxHints));
  }

  private static List<StoredHint> hints(
      Database open, NodeId target, @Nullable Key after, int maxHints) throws RocksDBException {
    byte[] prefix = StoredKeys.target(target);
    List<StoredHint> hints = new ArrayList<>();
    try (RocksIterator records = open.iterator(open.hints())) {
      seek(records, prefix, after == null ? null : StoredKeys.hint(target, after));
      for (; isIn(records, prefix) && hints.size() < maxHints; records.next()) {
        Entry entry = RecordFormat.decode(records.key(), records.value());
        if (entry != null) {
          hints.add(
              new StoredHint(
                  target, StoredKeys.keyOf(records.key(), StoredKeys.TARGET_BYTES), entry));
        }
      }
      records.status();
    }
    return hints;
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) throws StorageException {
    return lookUp("cannot read a hint", open -> hint(open, StoredKeys.hint(target, key)));
  }

  @Override
  public List<HintCount> hintCounts() {
    return tally.hints();
  }

  @Override
  public @Nullable Bytes readMetadata(String name) throws StorageException {
    byte[] sealed =
        lookUp("cannot read metadata", open -> open.get(open.metadata(), Marks.name(name)));
    return sealed == null ? null : Bytes.wrap(Marks.unseal(name, sealed));
  }

  private void flush() throws StorageException {
    use(
        "cannot flush",
        open -> {
          open.flush();
          return true;
        });
  }

  @Override
  public StorageStatistics statistics() {
    return tally.statistics();
  }

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public String durability() {
    return switch (settings.fsync()) {
      case EVERY_BATCH -> "every-batch";
      case INTERVAL -> "interval";
      case NONE -> "none";
    };
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public boolean mayHaveLostWrites() {
    return previous.mayHaveLostWrites();
  }

  @Override
  public void close() throws StorageException {
    if (flusher != null) {
      flusher.stop();
    }
    lock.writeLock().lock();
    try {
      if (!isClosed) {
        isClosed = true;
        if (database != null) {
          Marks.end(database, synced, tally.save());
          database.close();
        }
        synced.close();
        byPolicy.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
