package io.aitta.storage.rocksdb;

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
import io.aitta.storage.RecordFormat;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings;
import io.aitta.storage.StorageSettings.Fsync;
import io.aitta.storage.StorageStatistics;
import io.aitta.storage.StoredHint;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Keeps everything in RocksDB: entries by partition and key, when they die, hints by target and
 * key, metadata by name, each in a column family. A batch of mutations is one write batch. Every
 * use of the native database holds a read lock, so that closing it waits for readers.
 *
 * <p>After an error, for instance of a full disk, RocksDB refuses writes until it is opened again:
 * a write that fails opens it again in place, at most once in a while, and still tells that it
 * failed. While the database cannot be opened to be written it is opened to be read. What became of
 * the batch that failed shows only then: it is counted as what is found.
 */
final class RocksDbEngine implements StorageEngine {
  private static final long REOPEN_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final StorageSettings settings;
  private final Tally tally = new Tally();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions byPolicy;
  private final boolean mayHaveLostWrites;
  private final @Nullable Flusher flusher; // null unless by interval
  private @Nullable Database database; // guarded by lock; null while it cannot be opened
  private boolean isClosed; // guarded by lock
  private boolean isRunMarked; // by the first batch; the owner's
  private @Nullable Batch inDoubt; // failed since the database was opened; the owner's
  private @Nullable StorageException stopped; // why nothing is written any more; the owner's
  private Kind unwritable = Kind.FAILED; // why the database is open to be read only; the owner's
  private long reopenedNanos = System.nanoTime() - REOPEN_PAUSE_NANOS; // the owner's

  private RocksDbEngine(StorageSettings settings, Database database) throws StorageException {
    this.settings = settings;
    this.database = database;
    this.byPolicy = new WriteOptions().setSync(settings.fsync() == Fsync.EVERY_BATCH);
    try {
      Marks.Previous previous = Marks.previous(database);
      this.mayHaveLostWrites =
          previous.mayHaveLostWrites() || DataDirectory.isMarkedDamaged(settings.directory());
      if (previous.tally() != null) {
        tally.restore(previous.tally().toByteArray());
      } else {
        Recount.entries(database, tally);
      }
      Recount.hints(database, tally);
    } catch (StorageException | RuntimeException e) {
      release();
      throw e;
    }
    this.flusher =
        settings.fsync() == Fsync.INTERVAL
            ? new Flusher(settings.fsyncInterval(), this::flush)
            : null;
  }

  static RocksDbEngine open(StorageSettings settings) throws StorageException {
    return new RocksDbEngine(settings, Database.open(settings));
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
    return lookUp("cannot read", open -> read(open, partition, key, stored));
  }

  private @Nullable Entry read(Database open, PartitionId partition, Key key, byte[] stored)
      throws RocksDBException, StorageException {
    byte[] record = null;
    try {
      record = open.get(open.entries(), stored);
      if (record == null) {
        return null;
      }
    } catch (RocksDBException e) {
      if (!Failures.isCorruption(e)) {
        throw e;
      }
    }
    Entry entry = record == null ? null : RecordFormat.decode(stored, record);
    if (entry == null) {
      tally.recordCorrupt(key, record);
      throw new CorruptRecordException(partition, key);
    }
    return entry;
  }

  @Override
  public void write(List<Mutation> mutations, Durability durability) throws StorageException {
    if (stopped != null) {
      throw new StorageException(stopped.kind(), String.valueOf(stopped.getMessage()), stopped);
    }
    try {
      if (flusher != null) {
        flusher.requireHealthy();
      }
      use("cannot write", open -> write(open, mutations, durability));
    } catch (StorageException e) {
      reopen(e);
      throw e;
    }
  }

  private boolean write(Database open, List<Mutation> mutations, Durability durability)
      throws RocksDBException, StorageException {
    if (open.isReadOnly()) {
      throw new StorageException(
          unwritable, "cannot write: the database failed and is open to be read only");
    }
    Batch changes = new Batch();
    try (WriteBatch batch = new WriteBatch()) {
      changes.add(open, batch, mutations);
      if (!isRunMarked) {
        Marks.begin(open, batch, settings.fsync());
      }
      boolean isSynced = durability == Durability.ALWAYS || !isRunMarked;
      try {
        open.write(batch, isSynced ? synced : byPolicy);
      } catch (RocksDBException e) {
        if (inDoubt != null) {
          changes.addEarlier(inDoubt);
        }
        inDoubt = changes;
        throw e;
      }
    }
    inDoubt = null; // a database that goes on writing did not keep what failed
    changes.count(tally);
    if (!isRunMarked) {
      isRunMarked = true;
      DataDirectory.unmarkDamaged(settings.directory());
    }
    return true;
  }

  /**
   * Opens the database again after it failed, so that the next write finds it healthy if it can be.
   */
  private void reopen(StorageException why) {
    if (System.nanoTime() - reopenedNanos < REOPEN_PAUSE_NANOS) {
      return;
    }
    lock.writeLock().lock();
    try {
      if (isClosed) {
        return;
      }
      if (database != null) {
        database.close();
        database = null;
      }
      database = Database.open(settings);
      if (inDoubt != null) {
        inDoubt.settle(database, tally);
        inDoubt = null;
      }
      if (isRunMarked && DataDirectory.isMarkedDamaged(settings.directory())) {
        stopped =
            new StorageException(
                Kind.CORRUPT, "acknowledged writes were lost: the node must be started again");
      }
    } catch (RocksDBException e) {
      why.addSuppressed(e);
    } catch (StorageException e) {
      why.addSuppressed(e);
      unwritable = why.kind();
      openReadOnly(why);
    } finally {
      reopenedNanos = System.nanoTime();
      lock.writeLock().unlock();
    }
  }

  private void openReadOnly(StorageException why) {
    try {
      database = Database.openReadOnly(settings);
    } catch (StorageException e) {
      why.addSuppressed(e);
    }
  }

  @Override
  public ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
      throws StorageException {
    return use(
        "cannot scan", open -> Pages.entries(open, tally, partition, after, maxEntries, maxBytes));
  }

  @Override
  public List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries)
      throws StorageException {
    return use(
        "cannot read what is dead", open -> Pages.dead(open, partition, untilMillis, maxEntries));
  }

  @Override
  public List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints)
      throws StorageException {
    return use("cannot read hints", open -> Pages.hints(open, target, after, maxHints));
  }

  @Override
  public @Nullable Entry readHint(NodeId target, Key key) throws StorageException {
    return lookUp("cannot read a hint", open -> Batch.hint(open, StoredKeys.hint(target, key)));
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
    return mayHaveLostWrites;
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
        end();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Leaves no mark of an end if nothing was written, or if it is not known what is stored. */
  private void end() throws StorageException {
    try {
      if (database != null && !database.isReadOnly() && isRunMarked && inDoubt == null) {
        Marks.end(database, synced, tally.save());
      }
    } finally {
      release();
    }
  }

  private void release() {
    if (database != null) {
      database.close();
      database = null;
    }
    synced.close();
    byPolicy.close();
  }
}
