package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineProvider;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;

/** Opens engines on RocksDB. */
public final class RocksDbEngineProvider implements StorageEngineProvider {

  /** For loading by name. */
  public RocksDbEngineProvider() {}

  @Override
  public StorageEngine open(StorageSettings settings) throws StorageException {
    return RocksDbEngine.open(settings);
  }
}
