package io.aitta.replica;

import io.aitta.model.Bytes;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.HashMap;
import java.util.Map;

/**
 * The horizons of a node's partitions, as they are stored. One owner changes them; any thread may
 * read them.
 */
public final class Horizons {
  private volatile Map<PartitionId, Horizon> horizons = Map.of(); // replaced as a whole

  /** Reads what is stored of partitions 0 to that number. */
  public static Horizons read(StorageEngine engine, int partitions) throws StorageException {
    Map<PartitionId, Horizon> found = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      PartitionId partition = new PartitionId(i);
      Bytes stored = engine.readMetadata(name(partition));
      if (stored != null) {
        found.put(partition, decode(stored));
      }
    }
    Horizons read = new Horizons();
    read.horizons = Map.copyOf(found);
    return read;
  }

  /** Above every version up to that time: nothing is known of what was dropped until then. */
  public static Version at(long millis) {
    return new Version(HybridTime.ofMillis(millis + 1), NodeId.NONE);
  }

  /** A partition's horizon. */
  public Horizon of(PartitionId partition) {
    return horizons.getOrDefault(partition, Horizon.NONE);
  }

  /** What stores a horizon; {@link #record} it once that is done. */
  public static Mutation stored(PartitionId partition, Horizon horizon) {
    return new Mutation.PutMetadata(name(partition), encode(horizon));
  }

  /** Records that a horizon is stored. */
  public void record(PartitionId partition, Horizon horizon) {
    Map<PartitionId, Horizon> next = new HashMap<>(horizons);
    next.put(partition, horizon);
    horizons = Map.copyOf(next);
  }

  private static String name(PartitionId partition) {
    return "horizon-" + partition.value();
  }

  static Bytes encode(Horizon horizon) {
    return MetadataFormat.encode(
        out -> {
          out.writeLong(horizon.version().time().packed());
          out.writeLong(horizon.version().node().value());
          out.writeLong(horizon.drops());
        });
  }

  static Horizon decode(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        "horizon",
        stored,
        in ->
            new Horizon(
                new Version(new HybridTime(in.readLong()), new NodeId(in.readLong())),
                in.readLong()));
  }
}
