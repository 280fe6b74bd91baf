package io.aitta.storage.rocksdb;

import static io.aitta.storage.Samples.P;
import static io.aitta.storage.Samples.key;
import static io.aitta.storage.Samples.value;
import static io.aitta.storage.Samples.version;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.Samples;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngines;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings.Fsync;
import io.aitta.storage.StorageStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A process that uses a data directory, and prints a line for each thing that it did. */
final class StorageProcess {
  /** Stands for a limit of the size of every file, in place of a ballast. */
  static final String FILE_LIMIT = "file-limit";

  private static final int FILL_BYTES = 64_000;

  private StorageProcess() {}

  /** Takes what to do, the directory, the fsync policy, and what else that needs. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    Fsync fsync = Fsync.valueOf(arguments[2]);
    switch (arguments[0]) {
      case "hold" -> hold(directory, fsync);
      case "write" -> write(directory, fsync, Integer.parseInt(arguments[3]));
      case "fill" -> fill(directory, fsync, arguments[3]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static StorageEngine open(Path directory, Fsync fsync) throws StorageException {
    return StorageEngines.open("rocksdb", Samples.settings(directory, fsync));
  }

  /** Holds the directory until its input ends. */
  private static void hold(Path directory, Fsync fsync) throws StorageException, IOException {
    try (StorageEngine engine = open(directory, fsync)) {
      System.out.println("open " + engine.name());
      while (System.in.read() >= 0) {}
    }
  }

  /**
   * Writes one number after another until it is killed, and prints those that were acknowledged.
   */
  private static void write(Path directory, Fsync fsync, int first) throws StorageException {
    StorageEngine engine = open(directory, fsync);
    for (int i = first; ; i++) {
      engine.write(batch(i), Durability.POLICY);
      System.out.println(i);
    }
  }

  /** The batch of one number: two entries, a hint and the number itself. */
  static List<Mutation> batch(int number) {
    Entry entry = value(number, "value " + number);
    return List.of(
        new Mutation.PutEntry(P, key("left " + number), entry, null),
        new Mutation.PutEntry(P, key("right " + number), entry, null),
        new Mutation.PutHint(Samples.NODE, key("hint"), entry),
        new Mutation.PutMetadata("number", Bytes.ofUtf8(String.valueOf(number))));
  }

  /**
   * Writes until that fails, makes room, goes on once that is possible, and checks what is there:
   * now, and after the engine was opened again.
   */
  private static void fill(Path directory, Fsync fsync, String ballast) throws Exception {
    StorageStatistics counted;
    int acknowledged;
    try (StorageEngine engine = open(directory, fsync)) {
      if (ballast.equals(FILE_LIMIT)) {
        limitFiles("2097152");
      }
      acknowledged = writeUntilFailure(engine);
      requireAll(engine, acknowledged);
      System.out.println("read all");
      if (ballast.equals(FILE_LIMIT)) {
        limitFiles("unlimited");
      } else {
        Files.delete(Path.of(ballast));
      }
      long giveUpNanos = System.nanoTime() + 30_000_000_000L;
      while (!goesOn(engine)) {
        if (System.nanoTime() - giveUpNanos > 0) {
          throw new IllegalStateException("did not go on");
        }
        LockSupport.parkNanos(10_000_000);
      }
      System.out.println("goes on");
      counted = requireAll(engine, acknowledged);
    }
    try (StorageEngine engine = open(directory, fsync)) {
      if (!requireAll(engine, acknowledged).equals(counted)) {
        throw new IllegalStateException("counts changed by opening again");
      }
      System.out.println("opened again");
    }
  }

  private static void limitFiles(String bytes) throws IOException, InterruptedException {
    String self = String.valueOf(ProcessHandle.current().pid());
    Process limit =
        new ProcessBuilder("prlimit", "--pid", self, "--fsize=" + bytes + ":").inheritIO().start();
    if (limit.waitFor() != 0) {
      throw new IllegalStateException("cannot set a limit");
    }
  }

  private static boolean goesOn(StorageEngine engine) {
    try {
      engine.write(List.of(new Mutation.PutMetadata("on", Bytes.ofUtf8("yes"))), Durability.ALWAYS);
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  private static int writeUntilFailure(StorageEngine engine) {
    for (int i = 0; ; i++) {
      try {
        engine.write(
            List.of(new Mutation.PutEntry(P, key(String.valueOf(i)), filling(i), null)),
            Durability.POLICY);
      } catch (StorageException e) {
        System.out.println("failed " + e.kind() + " after " + i + ": " + e.getMessage());
        return i;
      }
    }
  }

  private static Entry filling(int number) {
    byte[] random = new byte[FILL_BYTES];
    new Random(number).nextBytes(random);
    return Entry.value(version(number), Entry.NEVER, "bytes", Bytes.wrap(random));
  }

  /** Requires that what was acknowledged is there, and that the counts are those of what is. */
  private static StorageStatistics requireAll(StorageEngine engine, int acknowledged)
      throws StorageException {
    for (int i = 0; i < acknowledged; i++) {
      if (!filling(i).equals(engine.read(P, key(String.valueOf(i))))) {
        throw new IllegalStateException("lost " + i);
      }
    }
    ScanPage all = engine.scan(P, null, Integer.MAX_VALUE, Integer.MAX_VALUE);
    long bytes = 0;
    for (KeyedEntry entry : all.entries()) {
      Key key = entry.key();
      bytes += (long) key.encodedSize() + entry.entry().value().size();
    }
    StorageStatistics found = new StorageStatistics(all.entries().size(), 0, bytes, 0);
    if (!engine.statistics().equals(found)) {
      throw new IllegalStateException("counted " + engine.statistics() + ", found " + found);
    }
    return found;
  }
}
