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

/**
 * What a node still holds of a partition of which it is no replica any more. It served none of it
 * since, and others may have dropped tombstones of it: a node that becomes a replica again begins
 * with nothing, and what it held is set aside (protocol rule 7).
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
   * Sets everything of a partition aside, page by page: it is no part of the replica any more, and
   * is still offered to the members.
   *
   * @return how many records
   */
  long setAside(PartitionId partition) throws StorageException {
    long moved = 0;
    ScanPage page;
    do {
      page = engine.scan(partition, null, PAGE_ENTRIES, PAGE_BYTES);
      List<Mutation> moves = new ArrayList<>();
      for (KeyedEntry entry : page.entries()) {
        moves.add(new Mutation.RemoveEntry(partition, entry.key(), entry.entry()));
        Entry before = engine.read(partition.setAside(), entry.key());
        if (before == null || entry.entry().version().isNewerThan(before.version())) {
          moves.add(
              new Mutation.PutEntry(partition.setAside(), entry.key(), entry.entry(), before));
        }
      }
      for (Key corrupt : page.corrupt()) {
        moves.add(new Mutation.DiscardCorrupt(partition, corrupt));
      }
      if (!moves.isEmpty()) {
        engine.write(moves, Durability.POLICY);
      }
      moved += page.entries().size();
    } while (!page.isLast());
    return moved;
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
}
