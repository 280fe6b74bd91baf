package io.aitta.testkit;

import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineProvider;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Opens engines in memory that a test may write to behind their nodes' backs. */
public final class SharedEngineProvider implements StorageEngineProvider {
  private static final Map<Path, StorageEngine> OPENED = new ConcurrentHashMap<>();

  /** For loading by name. */
  public SharedEngineProvider() {}

  /** The engine that a node opened last. */
  static StorageEngine opened(Path directory) {
    return Objects.requireNonNull(OPENED.get(directory));
  }

  @Override
  public StorageEngine open(StorageSettings settings) throws StorageException {
    StorageEngine engine = new MemoryEngineProvider().open(settings);
    OPENED.put(settings.directory(), engine);
    return engine;
  }
}
