package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The native database with its column families and options. Closing releases all of them.
 *
 * <p>The log of writes is read back to its end; only an unfinished record at its very end is left
 * out, which nobody was told of. If the log is damaged before that, what follows is lost: the
 * database opens without it, and its {@link DataDirectory} says so.
 */
final class Database {
  private static final int WRITE_BUFFER_BYTES = 16 << 20;
  private static final int MAX_WAL_BYTES = 128 << 20;

  private final RocksDB db;
  private final boolean isReadOnly;
  private final ColumnFamilyHandle marks;
  private final ColumnFamilyHandle entries;
  private final ColumnFamilyHandle hints;
  private final ColumnFamilyHandle metadata;
  private final ColumnFamilyHandle dying;
  private final List<AutoCloseable> resources;

  private Database(
      RocksDB db, How how, List<ColumnFamilyHandle> families, List<AutoCloseable> resources) {
    this.db = db;
    this.isReadOnly = how == How.READ_ONLY;
    this.marks = families.get(0);
    this.entries = families.get(1);
    this.hints = families.get(2);
    this.metadata = families.get(3);
    this.dying = families.get(4);
    this.resources = resources;
  }

  private enum How {
    WHOLE,
    WITHOUT_WHAT_IS_DAMAGED,
    READ_ONLY
  }

  static Database open(StorageSettings settings) throws StorageException {
    loadLibrary();
    DataDirectory.prepare(settings.directory());
    Database database;
    try {
      database = open(settings, How.WHOLE);
    } catch (StorageException e) {
      if (e.kind() != Kind.CORRUPT) {
        throw e;
      }
      DataDirectory.markDamaged(settings.directory());
      database = open(settings, How.WITHOUT_WHAT_IS_DAMAGED);
    }
    try {
      DataDirectory.restrictFiles(settings.directory());
      return database;
    } catch (StorageException e) {
      database.close();
      throw e;
    }
  }

  /** Opens a database that nothing can be written to, for instance because its disk is full. */
  static Database openReadOnly(StorageSettings settings) throws StorageException {
    return open(settings, How.READ_ONLY);
  }

  private static void loadLibrary() throws StorageException {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      throw new StorageException(
          Kind.FAILED, "cannot load RocksDB's library: " + e.getMessage(), e);
    }
  }

  private static Database open(StorageSettings settings, How how) throws StorageException {
    List<AutoCloseable> resources = new ArrayList<>(); // closed in reverse order
    BloomFilter filter = new BloomFilter(10);
    LRUCache cache = new LRUCache(settings.cacheBytes());
    ColumnFamilyOptions family =
        new ColumnFamilyOptions()
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    .setCacheIndexAndFilterBlocks(true));
    DBOptions options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setWalRecoveryMode(
                how == How.WHOLE
                    ? WALRecoveryMode.TolerateCorruptedTailRecords
                    : WALRecoveryMode.PointInTimeRecovery)
            .setMaxTotalWalSize(MAX_WAL_BYTES)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(1 << 20)
            .setKeepLogFileNum(2);
    resources.add(filter);
    resources.add(cache);
    resources.add(family);
    resources.add(options);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    List<ColumnFamilyDescriptor> families =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family),
            new ColumnFamilyDescriptor("entries".getBytes(StandardCharsets.UTF_8), family),
            new ColumnFamilyDescriptor("hints".getBytes(StandardCharsets.UTF_8), family),
            new ColumnFamilyDescriptor("metadata".getBytes(StandardCharsets.UTF_8), family),
            new ColumnFamilyDescriptor("dying".getBytes(StandardCharsets.UTF_8), family));
    String path = settings.directory().toString();
    try {
      RocksDB db =
          how == How.READ_ONLY
              ? RocksDB.openReadOnly(options, path, families, handles)
              : RocksDB.open(options, path, families, handles);
      resources.add(db);
      resources.addAll(handles);
      return new Database(db, how, handles, resources);
    } catch (RocksDBException e) {
      closeAll(resources);
      throw Failures.ofOpening(settings.directory(), e);
    }
  }

  /** Whether it was opened only to be read. */
  boolean isReadOnly() {
    return isReadOnly;
  }

  ColumnFamilyHandle marks() {
    return marks;
  }

  ColumnFamilyHandle entries() {
    return entries;
  }

  ColumnFamilyHandle hints() {
    return hints;
  }

  ColumnFamilyHandle metadata() {
    return metadata;
  }

  /** Which entries die when, with nothing beside the key. */
  ColumnFamilyHandle dying() {
    return dying;
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return db.get(family, key);
  }

  RocksIterator iterator(ColumnFamilyHandle family) {
    return db.newIterator(family);
  }

  void write(WriteBatch batch, WriteOptions options) throws RocksDBException {
    db.write(options, batch);
  }

  /** Makes everything that was written durable. */
  void flush() throws RocksDBException {
    db.flushWal(true);
  }

  void close() {
    closeAll(resources);
  }

  private static void closeAll(List<AutoCloseable> resources) {
    for (int i = resources.size() - 1; i >= 0; i--) {
      try {
        resources.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a native object failed", e);
      }
    }
    resources.clear();
  }
}
