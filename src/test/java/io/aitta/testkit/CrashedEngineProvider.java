package io.aitta.testkit;

import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineProvider;
import io.aitta.storage.StorageEngines;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens RocksDB engines, some of them as after a crash of the operating system. */
public final class CrashedEngineProvider implements StorageEngineProvider {
  private static final Set<Path> CRASHED = ConcurrentHashMap.newKeySet();

  /** For loading by name. */
  public CrashedEngineProvider() {}

  /** A node's disk may lack acknowledged writes when it is opened next. */
  static void crash(Path directory) {
    CRASHED.add(directory);
  }

  @Override
  public StorageEngine open(StorageSettings settings) throws StorageException {
    StorageEngine engine = StorageEngines.open("rocksdb", settings);
    boolean isCrashed = CRASHED.remove(settings.directory());
    return (StorageEngine)
        Proxy.newProxyInstance(
            StorageEngine.class.getClassLoader(),
            new Class<?>[] {StorageEngine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("mayHaveLostWrites")) {
                return isCrashed;
              }
              try {
                return method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
