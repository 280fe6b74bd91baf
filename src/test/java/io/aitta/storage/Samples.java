package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import java.nio.file.Path;
import java.time.Duration;

/** Keys, entries and settings for tests of storage. */
public final class Samples {
  /** A partition. */
  public static final PartitionId P = new PartitionId(7);

  /** A node. */
  public static final NodeId NODE = new NodeId(0x0102030405060708L);

  private Samples() {}

  /** A key of one store. */
  public static Key key(String name) {
    return Key.of("orders", name);
  }

  /** The version that was issued at a millisecond. */
  public static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), NODE);
  }

  /** A value of the version that was issued at a millisecond. */
  public static Entry value(long millis, String text) {
    return Entry.value(version(millis), Entry.NEVER, "string", Bytes.ofUtf8(text));
  }

  /** The first put of a key. */
  public static Mutation put(Key key, Entry entry) {
    return new Mutation.PutEntry(P, key, entry, null);
  }

  /** Settings of a durable engine. */
  public static StorageSettings settings(Path directory, StorageSettings.Fsync fsync) {
    return new StorageSettings(directory, fsync, Duration.ofMillis(5), 8 << 20);
  }
}
