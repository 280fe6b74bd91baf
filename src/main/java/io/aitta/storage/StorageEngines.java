package io.aitta.storage;

import java.lang.reflect.InvocationTargetException;

/** Opens storage engines by name. */
public final class StorageEngines {
  private static final String ROCKSDB = "io.aitta.storage.rocksdb.RocksDbEngineProvider";

  private StorageEngines() {}

  /**
   * Opens an engine.
   *
   * @param engine {@code memory}, {@code rocksdb}, or the class name of a {@link
   *     StorageEngineProvider}
   * @throws StorageException if it cannot be opened, or the class is not there
   */
  public static StorageEngine open(String engine, StorageSettings settings)
      throws StorageException {
    String className = engine.equals("rocksdb") ? ROCKSDB : engine;
    try {
      return engine.equals("memory")
          ? new MemoryEngineProvider().open(settings)
          : provider(className).open(settings);
    } catch (NoClassDefFoundError e) {
      throw missing(className, e);
    }
  }

  private static StorageException missing(String className, Throwable e) {
    return new StorageException(
        StorageException.Kind.FAILED,
        "storage engine ["
            + className
            + "] is not on the class path; the rocksdb engine needs org.rocksdb:rocksdbjni",
        e);
  }

  private static StorageEngineProvider provider(String className) throws StorageException {
    try {
      Class<?> loaded = Class.forName(className);
      Object made = loaded.getDeclaredConstructor().newInstance();
      if (made instanceof StorageEngineProvider provider) {
        return provider;
      }
      throw new StorageException(
          StorageException.Kind.FAILED, "[" + className + "] is no StorageEngineProvider");
    } catch (ClassNotFoundException e) {
      throw missing(className, e);
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new StorageException(
          StorageException.Kind.FAILED, "cannot make a [" + className + "]", e);
    }
  }
}
