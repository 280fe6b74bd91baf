package io.aitta.storage;

/** Opens engines that keep everything in memory, and forget it when they are closed. */
public final class MemoryEngineProvider implements StorageEngineProvider {

  /** For loading by name. */
  public MemoryEngineProvider() {}

  @Override
  public StorageEngine open(StorageSettings settings) {
    return new MemoryEngine();
  }
}
