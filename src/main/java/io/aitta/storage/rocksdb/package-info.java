/** The storage engine on RocksDB. Loaded by name; needs {@code org.rocksdb:rocksdbjni}. */
@NullMarked
package io.aitta.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
