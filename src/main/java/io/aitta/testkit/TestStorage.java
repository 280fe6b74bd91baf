package io.aitta.testkit;

import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngines;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a test cluster's nodes. Those in memory outlive a node, until they are wiped; the
 * others are closed by their node and opened by its next run.
 */
final class TestStorage {
  private final String engine;
  private final @Nullable Path directory; // null if in memory
  private final Map<Integer, StorageEngine> opened = new ConcurrentHashMap<>(); // last of each node

  private TestStorage(String engine, @Nullable Path directory) {
    this.engine = engine;
    this.directory = directory;
  }

  static TestStorage inMemory() {
    return new TestStorage("memory", null);
  }

  static TestStorage on(String engine, Path directory) {
    return new TestStorage(engine, directory);
  }

  /** Something that is asked of an engine. */
  @FunctionalInterface
  interface Question<T> {
    T ask(StorageEngine engine) throws StorageException;
  }

  StorageEngine open(int node, StorageSettings settings) throws StorageException {
    StorageEngine open = directory == null ? opened.get(node) : null;
    if (open == null) {
      open = directory == null ? new MemoryEngineProvider().open(settings) : file(node, settings);
      opened.put(node, open);
    }
    return open;
  }

  private StorageEngine file(int node, StorageSettings settings) throws StorageException {
    return StorageEngines.open(
        engine,
        new StorageSettings(
            pathOf(node), settings.fsync(), settings.fsyncInterval(), settings.cacheBytes()));
  }

  private Path pathOf(int node) {
    if (directory == null) {
      throw new IllegalStateException("an engine in memory has no files");
    }
    return directory.resolve("node-" + node);
  }

  /** Asks a node's engine: that of its run, or one that is opened for the question. */
  <T> T ask(int node, boolean isRunning, StorageSettings settings, Question<T> question)
      throws StorageException {
    StorageEngine open = opened.get(node);
    if (open != null && (isRunning || directory == null)) {
      return question.ask(open);
    }
    try (StorageEngine brief = file(node, settings)) {
      return question.ask(brief);
    }
  }

  /** Forgets what a node had, which must not run. */
  void wipe(int node) {
    opened.remove(node);
    if (directory == null || !Files.exists(pathOf(node))) {
      return;
    }
    try (Stream<Path> files = Files.walk(pathOf(node))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
