package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Tells RocksDB's failures apart. */
final class Failures {
  private Failures() {}

  static StorageException of(String what, RocksDBException failure) {
    return new StorageException(kind(failure), what + ": " + failure.getMessage(), failure);
  }

  static StorageException ofOpening(Path directory, RocksDBException failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("lock hold by current process")) {
      return new StorageException(
          Kind.LOCKED,
          "data directory [" + directory + "] is open in this process already",
          failure);
    }
    if (message.contains("While lock file") && message.contains("temporarily unavailable")) {
      return new StorageException(
          Kind.LOCKED, "data directory [" + directory + "] is locked by another process", failure);
    }
    if (message.contains("Column families not opened")) {
      return new StorageException(
          Kind.FORMAT,
          "data directory [" + directory + "] was written by another version: " + message,
          failure);
    }
    return of("cannot open [" + directory + "]", failure);
  }

  /** Whether what was to be read failed a checksum of RocksDB's own. */
  static boolean isCorruption(RocksDBException failure) {
    return kind(failure) == Kind.CORRUPT;
  }

  private static Kind kind(RocksDBException failure) {
    Status status = failure.getStatus();
    if (status == null) {
      return Kind.FAILED;
    }
    if (status.getSubCode() == Status.SubCode.NoSpace
        || String.valueOf(failure.getMessage()).contains("No space left")
        || String.valueOf(failure.getMessage()).contains("Disk quota exceeded")
        || String.valueOf(failure.getMessage()).contains("Max allowed space was reached")) {
      return Kind.FULL;
    }
    return status.getCode() == Status.Code.Corruption ? Kind.CORRUPT : Kind.FAILED;
  }
}
