package io.aitta.storage.rocksdb;

import static io.aitta.storage.Samples.P;
import static io.aitta.storage.Samples.key;
import static io.aitta.storage.Samples.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aitta.model.Bytes;
import io.aitta.storage.Samples;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngines;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings.Fsync;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only processes of their own can show: locks, kills, and limits of files and disks. */
final class StorageProcessTest {
  private static final int ROUNDS = 4;

  @TempDir Path directory;

  private static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StorageProcess.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader output(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private StorageEngine open(Fsync fsync) throws StorageException {
    return StorageEngines.open("rocksdb", Samples.settings(directory.resolve("data"), fsync));
  }

  @Test
  void aDirectoryThatAnotherProcessHoldsIsLocked() throws Exception {
    Process holder =
        start(command("hold", directory.resolve("data").toString(), Fsync.NONE.name()));
    try {
      assertEquals("open rocksdb", output(holder).readLine());
      StorageException failure = assertThrows(StorageException.class, () -> open(Fsync.NONE));
      assertEquals(Kind.LOCKED, failure.kind());
      assertEquals(
          "data directory [" + directory.resolve("data") + "] is locked by another process",
          failure.getMessage());
      holder.getOutputStream().close();
      assertTrue(holder.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, holder.exitValue());
      open(Fsync.NONE).close();
    } finally {
      holder.destroyForcibly();
    }
  }

  @ParameterizedTest(name = "fsync {0}, seed {1}")
  @CsvSource({"EVERY_BATCH, 1", "INTERVAL, 2", "NONE, 3"})
  void whatWasAcknowledgedOutlivesAKill(Fsync fsync, long seed) throws Exception {
    Random random = new Random(seed);
    int next = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int acknowledged = writeAndKill(fsync, next, 1 + random.nextInt(150));
      try (StorageEngine engine = open(fsync)) {
        assertFalse(engine.mayHaveLostWrites(), "the operating system did not crash");
        next = requireWhole(engine, acknowledged);
      }
    }
  }

  /** Returns the last number that was acknowledged. */
  private int writeAndKill(Fsync fsync, int first, int writes) throws Exception {
    Process writer =
        start(
            command(
                "write",
                directory.resolve("data").toString(),
                fsync.name(),
                String.valueOf(first)));
    try {
      BufferedReader lines = output(writer);
      int acknowledged = -1;
      for (int i = 0; i < writes; i++) {
        acknowledged = Integer.parseInt(lines.readLine());
      }
      assertTrue(writer.toHandle().destroyForcibly()); // SIGKILL, and its output can still be read
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty() && Integer.parseInt(line) == acknowledged + 1) { // else cut off
          acknowledged++;
        }
      }
      assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
      return acknowledged;
    } finally {
      writer.destroyForcibly();
    }
  }

  /**
   * Requires every acknowledged batch, the one that may have been under way wholly or not at all,
   * and nothing else. Returns the next number.
   */
  private static int requireWhole(StorageEngine engine, int acknowledged) throws StorageException {
    Bytes stored = engine.readMetadata("number");
    int last = Integer.parseInt(stored == null ? "-1" : stored.utf8());
    assertTrue(last == acknowledged || last == acknowledged + 1, last + " not " + acknowledged);
    for (int i = 0; i <= last; i++) {
      assertEquals(value(i, "value " + i), engine.read(P, key("left " + i)));
      assertEquals(value(i, "value " + i), engine.read(P, key("right " + i)));
    }
    assertNull(engine.read(P, key("left " + (last + 1))));
    assertEquals(value(last, "value " + last), engine.readHint(Samples.NODE, key("hint")));
    assertEquals(2L * (last + 1), engine.statistics().values());
    assertEquals(1, engine.hintCounts().get(0).hints());
    return last + 1;
  }

  /** A limit on the size of each file makes write(2) fail in the middle of a record of the log. */
  @Test
  void aWriteThatFailsIsToldAndTheDatabaseGoesOnWithAllThatWasAcknowledged() throws Exception {
    assumeTrue(canRun(List.of("prlimit", "--version")), "limits cannot be set here");
    List<String> limited =
        command(
            "fill",
            directory.resolve("data").toString(),
            Fsync.EVERY_BATCH.name(),
            StorageProcess.FILE_LIMIT);
    requireGoesOn(start(limited), "failed FAILED after 32: cannot write: ");
  }

  /** A small file system in a namespace of its own; skipped where that is not allowed. */
  @Test
  void aFullDiskIsToldAndTheDatabaseGoesOnOnceThereIsRoom() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(
        canRun(List.of("unshare", "-Urm", "mount", "-t", "tmpfs", "none", mount.toString())),
        "no file systems may be mounted here");
    List<String> limited =
        new ArrayList<>(
            List.of(
                "unshare",
                "-Urm",
                "bash",
                "-c",
                "mount -t tmpfs -o size=16m none \"$1\" && head -c 8m /dev/zero > \"$1/ballast\""
                    + " && shift && exec \"$@\"",
                "-",
                mount.toString()));
    limited.addAll(
        command(
            "fill",
            mount.resolve("data").toString(),
            Fsync.NONE.name(),
            mount.resolve("ballast").toString()));
    requireGoesOn(start(limited), "failed FULL after ");
  }

  private static boolean canRun(List<String> command) throws InterruptedException {
    try {
      Process probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireGoesOn(Process process, String failure) throws Exception {
    try {
      BufferedReader lines = output(process);
      String first = String.valueOf(lines.readLine());
      assertTrue(first.startsWith(failure), first);
      assertEquals(List.of("read all", "goes on", "opened again"), lines.lines().toList(), first);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }
}
