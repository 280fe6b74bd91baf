package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of a database. A file in it names the format of everything beside it, and is read
 * before anything is touched: a directory of a newer format, or one that holds other things, is
 * left as it is.
 */
final class DataDirectory {
  /** The file that names the format. */
  static final String FORMAT_FILE = "AITTA-FORMAT";

  /** The file that says that writes were lost, until the owner recorded what follows from it. */
  static final String DAMAGED_FILE = "AITTA-DAMAGED";

  private static final String UNFINISHED_FORMAT_FILE = FORMAT_FILE + ".new";
  private static final int FORMAT = 1;

  private DataDirectory() {}

  /** Makes the directory ready for a database, or says why it is none of this version's. */
  static void prepare(Path directory) throws StorageException {
    try {
      if (Files.exists(directory.resolve(FORMAT_FILE))) {
        requireReadable(directory);
      } else {
        begin(directory);
      }
      restrict(directory, "rwx------");
    } catch (IOException e) {
      throw new StorageException(
          Kind.FAILED, "cannot use data directory [" + directory + "]: " + e, e);
    }
  }

  private static void requireReadable(Path directory) throws IOException, StorageException {
    String text = Files.readString(directory.resolve(FORMAT_FILE)).trim();
    int format;
    try {
      format = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new StorageException(
          Kind.FORMAT, "data directory [" + directory + "] has unknown format [" + text + "]", e);
    }
    if (format < 1 || format > FORMAT) {
      throw new StorageException(
          Kind.FORMAT,
          "data directory ["
              + directory
              + "] has format ["
              + format
              + "], this version reads up to ["
              + FORMAT
              + "]");
    }
  }

  private static void begin(Path directory) throws IOException, StorageException {
    Files.createDirectories(directory);
    Path unfinished = directory.resolve(UNFINISHED_FORMAT_FILE);
    List<Path> others;
    try (Stream<Path> files = Files.list(directory)) {
      others = files.filter(file -> !file.equals(unfinished)).toList();
    }
    if (!others.isEmpty()) {
      throw new StorageException(
          Kind.FORMAT,
          "data directory ["
              + directory
              + "] is not Aitta's: it holds ["
              + others.get(0).getFileName()
              + "] and no ["
              + FORMAT_FILE
              + "]");
    }
    Files.writeString(unfinished, FORMAT + "\n");
    sync(unfinished, StandardOpenOption.WRITE);
    Files.move(unfinished, directory.resolve(FORMAT_FILE), StandardCopyOption.ATOMIC_MOVE);
    sync(directory, StandardOpenOption.READ);
  }

  /** Notes durably that acknowledged writes may be missing. */
  static void markDamaged(Path directory) throws StorageException {
    try {
      Files.writeString(directory.resolve(DAMAGED_FILE), "the log of writes was damaged\n");
      sync(directory.resolve(DAMAGED_FILE), StandardOpenOption.WRITE);
      sync(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new StorageException(Kind.FAILED, "cannot write to [" + directory + "]: " + e, e);
    }
  }

  static boolean isMarkedDamaged(Path directory) {
    return Files.exists(directory.resolve(DAMAGED_FILE));
  }

  /** Removes the note. If a crash brings it back, the owner concludes the same once more. */
  static void unmarkDamaged(Path directory) throws StorageException {
    try {
      Files.deleteIfExists(directory.resolve(DAMAGED_FILE));
    } catch (IOException e) {
      throw new StorageException(Kind.FAILED, "cannot write to [" + directory + "]: " + e, e);
    }
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel file = FileChannel.open(path, how)) {
      file.force(true);
    }
  }

  /**
   * Takes the files that are there away from everybody else. RocksDB makes later ones with the
   * process's umask; the directory's own permissions keep others from them.
   */
  static void restrictFiles(Path directory) throws StorageException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        restrictIfThere(file);
      }
    } catch (IOException e) {
      throw new StorageException(Kind.FAILED, "cannot restrict [" + directory + "]: " + e, e);
    }
  }

  /** RocksDB may remove a file in the meantime. */
  static void restrictIfThere(Path file) throws IOException {
    try {
      restrict(file, "rw-------");
    } catch (NoSuchFileException e) {
      // Then there is nothing to take away.
    }
  }

  private static void restrict(Path path, String permissions) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }
}
