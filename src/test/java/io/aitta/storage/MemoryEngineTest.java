package io.aitta.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MemoryEngineTest extends StorageEngineSuite {

  @Override
  protected StorageEngine open(Path directory) throws StorageException {
    return StorageEngines.open(
        "memory", Samples.settings(directory, StorageSettings.Fsync.EVERY_BATCH));
  }

  @Test
  void saysThatNothingOutlivesTheProcess() {
    MemoryEngine engine = new MemoryEngine();
    assertFalse(engine.isDurable());
    assertEquals("memory", engine.durability());
    assertEquals("memory", engine.name());
  }
}
