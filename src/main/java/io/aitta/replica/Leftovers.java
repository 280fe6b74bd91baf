package io.aitta.replica;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.PartitionState;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node still holds of a partition of which it is no replica any more. It served none of it
 * since, and others may have dropped tombstones of it: a node that becomes a replica again begins
 * with nothing (protocol rule 7).
 *
 * <p><em>Without:</em> D holds k=v1 and leaves; the delete of k is acknowledged, confirmed and
 * dropped by those that stay; D joins again, and v1 is back.
 */
final class Leftovers {
  private static final int PAGE_ENTRIES = 1000;
  private static final int PAGE_BYTES = 1 << 20;

  private final StorageEngine engine;

  Leftovers(StorageEngine engine) {
    this.engine = engine;
  }

  /**
   * Whether a node enters by a configuration that it is to store: it is to load everything, and did
   * not begin to by this very configuration.
   */
  boolean isEntering(NodeId self, PartitionState state) throws StorageException {
    Configuration configuration = state.installed().configuration();
    if (!configuration.successors().contains(self) || configuration.members().contains(self)) {
      return false;
    }
    var stored = engine.readMetadata(StoredPartitions.name(configuration.partition()));
    return stored == null
        || !StoredPartitions.decode(stored).installed().epoch().equals(configuration.epoch());
  }

  /**
   * Removes everything of a partition, page by page.
   *
   * @return how many records
   */
  long remove(PartitionId partition) throws StorageException {
    long removed = 0;
    Key after = null;
    ScanPage page;
    do {
      page = engine.scan(partition, after, PAGE_ENTRIES, PAGE_BYTES);
      List<Mutation> removals = new ArrayList<>();
      for (KeyedEntry entry : page.entries()) {
        removals.add(new Mutation.RemoveEntry(partition, entry.key(), entry.entry()));
      }
      for (Key corrupt : page.corrupt()) {
        removals.add(new Mutation.DiscardCorrupt(partition, corrupt));
      }
      if (!removals.isEmpty()) {
        engine.write(removals, Durability.POLICY);
      }
      removed += removals.size();
      after = last(page);
    } while (!page.isLast());
    return removed;
  }

  /** Removes records in just these versions, and others that cannot be read. */
  void remove(PartitionId partition, List<KeyVersion> records, List<Key> corrupt)
      throws StorageException {
    List<Mutation> removals = new ArrayList<>();
    for (KeyVersion record : records) {
      Entry entry = engine.read(partition, record.key());
      if (entry != null && entry.version().equals(record.version())) {
        removals.add(new Mutation.RemoveEntry(partition, record.key(), entry));
      }
    }
    corrupt.forEach(key -> removals.add(new Mutation.DiscardCorrupt(partition, key)));
    if (!removals.isEmpty()) {
      engine.write(removals, Durability.POLICY);
    }
  }

  private static @Nullable Key last(ScanPage page) {
    Key last = page.entries().isEmpty() ? null : lastOf(page.entries()).key();
    Key corrupt = page.corrupt().isEmpty() ? null : lastOf(page.corrupt());
    if (last == null || corrupt == null) {
      return last == null ? corrupt : last;
    }
    return last.compareTo(corrupt) > 0 ? last : corrupt;
  }

  private static <T> T lastOf(List<T> list) {
    return list.get(list.size() - 1);
  }
}
