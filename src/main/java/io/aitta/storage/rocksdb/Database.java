package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The native database with its column families and options. Closing releases all of them. */
final class Database {
  private static final int WRITE_BUFFER_BYTES = 16 << 20;
  private static final int MAX_WAL_BYTES = 128 << 20;

  private final RocksDB db;
  private final ColumnFamilyHandle entries;
  private final ColumnFamilyHandle hints;
  private final ColumnFamilyHandle metadata;
  private final List<AutoCloseable> resources;

  private Database(RocksDB db, List<ColumnFamilyHandle> families, List<AutoCloseable> resources) {
    this.db = db;
    this.entries = families.get(1);
    this.hints = families.get(2);
    this.metadata = families.get(3);
    this.resources = resources;
  }

  static Database open(StorageSettings settings) throws StorageException {
    RocksDB.loadLibrary();
    createDirectory(settings.directory());
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
            new ColumnFamilyDescriptor("metadata".getBytes(StandardCharsets.UTF_8), family));
    try {
      RocksDB db = RocksDB.open(options, settings.directory().toString(), families, handles);
      resources.add(db);
      resources.addAll(handles);
      return new Database(db, handles, resources);
    } catch (RocksDBException e) {
      closeAll(resources);
      throw Failures.ofOpening(settings.directory(), e);
    }
  }

  private static void createDirectory(Path directory) throws StorageException {
    try {
      Files.createDirectories(directory);
      if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new StorageException(
          Kind.FAILED, "cannot make data directory [" + directory + "]: " + e.getMessage(), e);
    }
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
