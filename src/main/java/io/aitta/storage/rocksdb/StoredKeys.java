package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The keys under which RocksDB holds what: a big-endian prefix, then the encoded key. */
final class StoredKeys {
  static final int PARTITION_BYTES = 4;
  static final int TARGET_BYTES = 8;
  static final int DYING_BYTES = PARTITION_BYTES + 8;

  private StoredKeys() {}

  static byte[] entry(PartitionId partition, Key key) {
    ByteBuffer stored = ByteBuffer.allocate(PARTITION_BYTES + key.encodedSize());
    stored.putInt(partition.value());
    key.writeTo(stored);
    return stored.array();
  }

  static byte[] partition(PartitionId partition) {
    return ByteBuffer.allocate(PARTITION_BYTES).putInt(partition.value()).array();
  }

  /** When an entry of a key dies, so that they are in the order of that. */
  static byte[] dying(PartitionId partition, Key key, Entry entry) {
    ByteBuffer stored = ByteBuffer.allocate(DYING_BYTES + key.encodedSize());
    stored.putInt(partition.value());
    stored.putLong(entry.deadFromMillis());
    key.writeTo(stored);
    return stored.array();
  }

  static long deadFromMillis(byte[] dying) {
    return ByteBuffer.wrap(dying).getLong(PARTITION_BYTES);
  }

  static byte[] hint(NodeId target, Key key) {
    ByteBuffer stored = ByteBuffer.allocate(TARGET_BYTES + key.encodedSize());
    stored.putLong(target.value());
    key.writeTo(stored);
    return stored.array();
  }

  static byte[] target(NodeId target) {
    return ByteBuffer.allocate(TARGET_BYTES).putLong(target.value()).array();
  }

  static NodeId targetOf(byte[] stored) {
    return new NodeId(ByteBuffer.wrap(stored).getLong());
  }

  /** The encoded key behind a prefix; null if there is none. */
  static @Nullable Key keyOf(byte[] stored, int prefixBytes) {
    try {
      return stored.length < prefixBytes
          ? null
          : Key.decode(Arrays.copyOfRange(stored, prefixBytes, stored.length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static boolean hasPrefix(byte[] stored, byte[] prefix) {
    return stored.length >= prefix.length
        && Arrays.equals(stored, 0, prefix.length, prefix, 0, prefix.length);
  }
}
