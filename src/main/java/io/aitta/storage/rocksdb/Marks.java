package io.aitta.storage.rocksdb;

import io.aitta.model.Bytes;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings.Fsync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The marks that an engine leaves beside its owner's metadata: whether it was closed cleanly,
 * during which boot of the operating system it ran, and under which fsync policy. Each mark and
 * each record of metadata is sealed by a CRC32C.
 *
 * <p>A run is marked in the first batch that it writes: what its owner concludes from the run
 * before, and writes in that batch, is as durable as the mark that hides it.
 */
final class Marks {
  static final String RUN_MARK = "run";
  static final String TALLY_MARK = "tally";

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Marks() {}

  /**
   * What the previous run left.
   *
   * @param mayHaveLostWrites whether an operating system's crash may have taken some away
   * @param tally what it had counted; null if everything must be counted anew
   */
  record Previous(boolean mayHaveLostWrites, @Nullable Bytes tally) {}

  static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] seal(byte[] content) {
    ByteBuffer sealed = ByteBuffer.allocate(content.length + 4);
    sealed.put(content).putInt(checksum(content, content.length));
    return sealed.array();
  }

  static byte[] unseal(String name, byte[] sealed) throws StorageException {
    int length = sealed.length - 4;
    if (length < 0 || ByteBuffer.wrap(sealed, length, 4).getInt() != checksum(sealed, length)) {
      throw new StorageException(Kind.CORRUPT, "metadata [" + name + "] failed its checksum");
    }
    return Arrays.copyOf(sealed, length);
  }

  private static int checksum(byte[] content, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(content, 0, length);
    return (int) checksum.getValue();
  }

  /** Reads what the previous run left. */
  static Previous previous(Database database) throws StorageException {
    byte[] tally = read(database, TALLY_MARK);
    byte[] run = read(database, RUN_MARK);
    return new Previous(
        mayHaveLost(tally, run, bootId()),
        tally == null || tally.length == 0 ? null : Bytes.wrap(tally));
  }

  /** Marks that a run began and is not closed. */
  static void begin(Database database, WriteBatch batch, Fsync fsync) throws RocksDBException {
    batch.put(database.marks(), name(RUN_MARK), seal(run(fsync, bootId())));
    batch.delete(database.marks(), name(TALLY_MARK));
  }

  static byte[] run(Fsync fsync, String bootId) {
    return name(fsync + "\n" + bootId);
  }

  private static boolean mayHaveLost(
      byte @Nullable [] tally, byte @Nullable [] run, String bootId) {
    if (tally != null || run == null) {
      return false;
    }
    String[] parts = new String(run, StandardCharsets.UTF_8).split("\n", 2);
    boolean wasSafe = parts[0].equals(Fsync.EVERY_BATCH.name());
    boolean isSameBoot = parts.length == 2 && !bootId.isEmpty() && parts[1].equals(bootId);
    return !wasSafe && !isSameBoot;
  }

  /**
   * Marks that the engine was closed.
   *
   * @param tally what it had counted; empty if that is not exact
   */
  static void end(Database database, WriteOptions synced, byte[] tally) throws StorageException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(database.marks(), name(TALLY_MARK), seal(tally));
      database.write(batch, synced);
    } catch (RocksDBException e) {
      throw Failures.of("cannot mark the end", e);
    }
  }

  private static byte @Nullable [] read(Database database, String name) throws StorageException {
    try {
      byte[] sealed = database.get(database.marks(), name(name));
      return sealed == null ? null : unseal(name, sealed);
    } catch (RocksDBException e) {
      throw Failures.of("cannot read mark [" + name + "]", e);
    }
  }

  /** Names this boot of the operating system; empty where it has no name. */
  private static String bootId() {
    try {
      return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).trim() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
