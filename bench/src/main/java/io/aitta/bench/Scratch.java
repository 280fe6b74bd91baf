package io.aitta.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of this run for logs and data, named by its process. Data goes when the run ends, and
 * whole folders when a later run finds that their process is gone.
 *
 * @param directory of this run
 */
record Scratch(Path directory) implements AutoCloseable {
  private static final String PREFIX = "run-";

  static Scratch open() throws IOException {
    Path all = Path.of(System.getProperty("aitta.bench.home", "."), "target", "runs");
    Files.createDirectories(all);
    try (Stream<Path> runs = Files.list(all)) {
      runs.filter(Scratch::isLeftOver).forEach(Scratch::delete);
    }
    return new Scratch(
        Files.createDirectories(all.resolve(PREFIX + ProcessHandle.current().pid())));
  }

  private static boolean isLeftOver(Path run) {
    String name = String.valueOf(run.getFileName());
    return name.matches(PREFIX + "\\d+")
        && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length()))).isEmpty();
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  /** Where nodes keep their data. */
  Path data() {
    return directory.resolve("data");
  }

  @Override
  public void close() {
    delete(data());
  }
}
