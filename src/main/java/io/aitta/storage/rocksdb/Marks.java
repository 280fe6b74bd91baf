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
 * The marks that an engine leaves in its metadata: the format, whether it was closed cleanly,
 * during which boot of the operating system it ran, and under which fsync policy. Each record of
 * metadata is sealed by a CRC32C.
 */
final class Marks {
  private static final int FORMAT = 1;
  private static final String FORMAT_MARK = "engine.format";
  private static final String RUN_MARK = "engine.run";
  private static final String TALLY_MARK = "engine.tally";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Marks() {}

  /**
   * What the previous run left.
   *
   * @param tally what it had counted; null unless it was closed cleanly
   */
  record Previous(boolean wasClosedCleanly, boolean mayHaveLostWrites, @Nullable Bytes tally) {}

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

  /** Reads what the previous run left, and marks that this one is not closed. */
  static Previous begin(Database database, WriteOptions synced, Fsync fsync)
      throws StorageException {
    byte[] format = read(database, FORMAT_MARK);
    if (format != null && ByteBuffer.wrap(format).getInt() > FORMAT) {
      throw new StorageException(
          Kind.FORMAT,
          "data has format ["
              + ByteBuffer.wrap(format).getInt()
              + "], this version reads up to ["
              + FORMAT
              + "]");
    }
    byte[] tally = read(database, TALLY_MARK);
    byte[] run = read(database, RUN_MARK);
    String bootId = bootId();
    Previous previous =
        new Previous(
            tally != null || run == null,
            mayHaveLost(tally, run, bootId),
            tally == null ? null : Bytes.wrap(tally));
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(
          database.metadata(),
          name(FORMAT_MARK),
          seal(ByteBuffer.allocate(4).putInt(FORMAT).array()));
      batch.put(database.metadata(), name(RUN_MARK), seal(name(fsync + "\n" + bootId)));
      batch.delete(database.metadata(), name(TALLY_MARK));
      database.write(batch, synced);
    } catch (RocksDBException e) {
      throw Failures.of("cannot mark the start", e);
    }
    return previous;
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

  /** Marks that the engine was closed, with what it had counted. */
  static void end(Database database, WriteOptions synced, byte[] tally) throws StorageException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(database.metadata(), name(TALLY_MARK), seal(tally));
      database.write(batch, synced);
    } catch (RocksDBException e) {
      throw Failures.of("cannot mark the end", e);
    }
  }

  private static byte @Nullable [] read(Database database, String name) throws StorageException {
    try {
      byte[] sealed = database.get(database.metadata(), name(name));
      return sealed == null ? null : unseal(name, sealed);
    } catch (RocksDBException e) {
      throw Failures.of("cannot read metadata [" + name + "]", e);
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
