package io.aitta.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings.Fsync;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StorageEnginesTest {

  @TempDir Path directory;

  private StorageSettings settings() {
    return Samples.settings(directory.resolve("data"), Fsync.NONE);
  }

  @Test
  void opensAnEngineByTheClassNameOfItsProvider() throws StorageException {
    try (StorageEngine engine =
        StorageEngines.open(MemoryEngineProvider.class.getName(), settings())) {
      assertEquals("memory", engine.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "no.such.Provider, storage engine [no.such.Provider] is not on the class path",
    "java.lang.String, [java.lang.String] is no StorageEngineProvider",
    "java.lang.Integer, cannot make a [java.lang.Integer]"
  })
  void saysWhyANameIsNoEngine(String name, String beginning) {
    StorageException failure =
        assertThrows(StorageException.class, () -> StorageEngines.open(name, settings()));
    assertEquals(Kind.FAILED, failure.kind());
    assertTrue(String.valueOf(failure.getMessage()).startsWith(beginning), failure.getMessage());
  }

  /** The library is an optional dependency. */
  @Test
  void saysWhichLibraryTheRocksDbEngineNeeds() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("rocksdbjni")) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> fsync = loader.loadClass(Fsync.class.getName());
      Class<?> settings = loader.loadClass(StorageSettings.class.getName());
      Object made =
          settings
              .getDeclaredConstructor(Path.class, fsync, Duration.class, long.class)
              .newInstance(directory, fsync.getEnumConstants()[0], Duration.ofSeconds(1), 1L);
      InvocationTargetException thrown =
          assertThrows(
              InvocationTargetException.class,
              () ->
                  loader
                      .loadClass(StorageEngines.class.getName())
                      .getMethod("open", String.class, settings)
                      .invoke(null, "rocksdb", made));
      Throwable failure = assertInstanceOf(Exception.class, thrown.getCause());
      assertEquals(StorageException.class.getName(), failure.getClass().getName());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("needs org.rocksdb:rocksdbjni"),
          failure.getMessage());
    }
  }
}
