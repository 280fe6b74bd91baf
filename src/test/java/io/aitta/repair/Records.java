package io.aitta.repair;

import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of one replica of a partition, in the order of their keys, and its tree. */
final class Records implements ComparedSide {
  private final NavigableMap<Key, KeyVersion> stored = new TreeMap<>();
  private DigestTree tree = DigestTree.empty();

  static Key key(int number) {
    return Key.of("orders", "k" + number);
  }

  static KeyVersion record(int key, long time, boolean tombstone) {
    return new KeyVersion(key(key), new Version(new HybridTime(time), new NodeId(7)), tombstone);
  }

  static @Nullable Entry entry(@Nullable KeyVersion record) {
    if (record == null) {
      return null;
    }
    return record.tombstone()
        ? Entry.tombstone(record.version())
        : Entry.value(record.version(), Entry.NEVER, "", io.aitta.model.Bytes.EMPTY);
  }

  static DigestTree treeOf(Iterable<KeyVersion> records) {
    DigestTree tree = DigestTree.deepest();
    records.forEach(tree::add);
    return tree.fitted();
  }

  void put(KeyVersion record) {
    KeyVersion before = stored.put(record.key(), record);
    tree.replace(record.key(), entry(before), entry(record));
  }

  void remove(Key key) {
    KeyVersion before = stored.remove(key);
    tree.replace(key, entry(before), null);
  }

  /** Has the tree built anew, as deep as it needs to be. */
  void build() {
    tree = treeOf(stored.values());
  }

  @Override
  public DigestTree tree() {
    return tree;
  }

  Map<Key, KeyVersion> stored() {
    return stored;
  }

  @Override
  public List<KeyVersion> page(@Nullable Key after, int maxRecords) {
    return (after == null ? stored : stored.tailMap(after, false))
        .values().stream().limit(maxRecords).toList();
  }
}
