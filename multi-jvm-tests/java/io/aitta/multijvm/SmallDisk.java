package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small file system for the data of one node, which can be filled to the last byte: a real one,
 * in memory, that only the node's own process has mounted, in namespaces that any user may make. It
 * is gone with the process.
 */
final class SmallDisk {
  private static final String SIZE = "48m";
  private static final String MOUNT = "mount -t tmpfs -o size=" + SIZE + " none \"$0\"";
  private static final int BLOCK_BYTES = 4096;

  private SmallDisk() {}

  /** Gives one to a node that was not started yet. Skips the test where that is not allowed. */
  static void give(ProcessNode node) throws IOException {
    Files.createDirectories(node.data());
    String data = node.data().toString();
    assumeTrue(
        canRun(List.of("unshare", "-Urm", "sh", "-c", MOUNT, data)),
        "no file systems may be mounted here");
    node.launchBy(List.of("unshare", "-Urm", "sh", "-c", MOUNT + " && exec \"$@\"", data));
  }

  private static boolean canRun(List<String> command) {
    try {
      Process probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes all the room that is left. */
  static void fill(ProcessNode node) {
    try (OutputStream ballast = Files.newOutputStream(ballast(node))) {
      for (byte[] block = new byte[BLOCK_BYTES]; ; ) {
        ballast.write(block);
      }
    } catch (FileSystemException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
    }
  }

  /** Gives the room back. */
  static void empty(ProcessNode node) {
    try {
      Files.delete(ballast(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file on it, as other processes see the one that has it mounted. */
  private static Path ballast(ProcessNode node) {
    return Path.of("/proc/" + node.pid() + "/root" + node.data().resolve("ballast"));
  }
}
