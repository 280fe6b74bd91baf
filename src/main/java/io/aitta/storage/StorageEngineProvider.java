package io.aitta.storage;

/**
 * Opens engines of one kind. Loaded by class name, with a public constructor without parameters.
 */
public interface StorageEngineProvider {

  /**
   * Opens the engine, creating it if there is nothing yet.
   *
   * @throws StorageException {@link StorageException.Kind#LOCKED} if another process has it open,
   *     {@link StorageException.Kind#FORMAT} if a newer version wrote it; the data is then
   *     untouched
   */
  StorageEngine open(StorageSettings settings) throws StorageException;
}
