package io.aitta.replica;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a replica confirms of dead records, and how it drops them (protocol rules 7 and 8). Writes
 * to the engine, as its owner.
 */
public final class DeadRecords {
  private final NodeId self;
  private final StorageEngine engine;
  private final Horizons horizons;
  private final long minAgeMillis;

  /**
   * Shares an engine's writes.
   *
   * @param minAgeMillis for how long what is dropped must have been dead: the longest deadline and
   *     the clock bound, so that no put in flight is older
   */
  public DeadRecords(NodeId self, StorageEngine engine, Horizons horizons, long minAgeMillis) {
    this.self = self;
    this.engine = engine;
    this.horizons = horizons;
    this.minAgeMillis = minAgeMillis;
  }

  /**
   * Whether this replica may take part by a configuration: it is the one that it acts on, not
   * joint, and this node is one of its members.
   */
  public boolean mayTakePart(
      ConfigurationTable configurations, PartitionId partition, Epoch epoch) {
    if (partition.value() >= configurations.partitions()) {
      return false;
    }
    Configuration configuration = configurations.configuration(partition);
    return configuration.epoch().equals(epoch)
        && configurations.isServed(partition)
        && !configuration.isJoint()
        && configuration.members().contains(self);
  }

  /**
   * Which of these records are stored, or newer ones of their keys, durably: a bit for each, the
   * lowest of the first byte first.
   */
  public Bytes confirm(PartitionId partition, List<KeyVersion> asked) throws StorageException {
    BitSet held = new BitSet();
    for (int i = 0; i < asked.size(); i++) {
      Entry entry = engine.read(partition, asked.get(i).key());
      held.set(i, entry != null && !asked.get(i).version().isNewerThan(entry.version()));
    }
    // Whatever was written before is durable once this is (rule 9).
    engine.write(List.of(Horizons.stored(partition, horizons.of(partition))), Durability.ALWAYS);
    byte[] bits = new byte[(asked.size() + Byte.SIZE - 1) / Byte.SIZE];
    byte[] set = held.toByteArray();
    System.arraycopy(set, 0, bits, 0, set.length);
    return Bytes.wrap(bits);
  }

  /**
   * Drops those of these records that are stored in just that version and dead for long enough,
   * with the horizon that remembers them, all or none.
   *
   * @param nowMillis the hybrid clock's present
   * @return how many
   */
  public int drop(PartitionId partition, List<KeyVersion> dead, long nowMillis)
      throws StorageException {
    List<Mutation> mutations = new ArrayList<>();
    Version newest = Version.NONE;
    for (KeyVersion one : dead) {
      Entry entry = engine.read(partition, one.key());
      if (entry != null
          && entry.version().equals(one.version())
          && entry.isMortal()
          && entry.deadFromMillis() <= nowMillis - minAgeMillis) {
        mutations.add(new Mutation.RemoveEntry(partition, one.key(), entry));
        newest = entry.version().isNewerThan(newest) ? entry.version() : newest;
      }
    }
    int dropped = mutations.size();
    if (dropped > 0) {
      Horizon horizon = horizons.of(partition).after(newest);
      mutations.add(Horizons.stored(partition, horizon));
      horizons.record(partition, horizon); // a batch that fails may be stored nevertheless
      engine.write(mutations, Durability.POLICY);
    }
    return dropped;
  }
}
