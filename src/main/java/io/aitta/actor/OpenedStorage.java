package io.aitta.actor;

import io.aitta.model.Bytes;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.SeenRuns;
import io.aitta.partition.FoundingState;
import io.aitta.partition.PartitionState;
import io.aitta.replica.Horizon;
import io.aitta.replica.Horizons;
import io.aitta.replica.NodeMetadata;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.replica.NodeMetadata.Identity;
import io.aitta.replica.StoredPartitions;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node's storage, and what it remembers: who the node is, that it started once more, and what
 * must not be forgotten.
 *
 * @param engine the open engine
 * @param node the node's id, made once
 * @param incarnation this run
 * @param ceilings of the clock
 * @param founding how far the founding is
 * @param seenRuns the runs that were seen of each peer
 * @param setBack why this data must never be served; null if it may be
 * @param recovering partitions that are not whole: all, if an operating system's crash may have
 *     taken acknowledged writes
 * @param loaded the joint configurations by which partitions were merged
 * @param partitions what is known of the partitions whose configuration is not their first, and of
 *     the roster if it is not
 * @param horizons of the partitions: the present of all, if writes may have been taken
 */
record OpenedStorage(
    StorageEngine engine,
    NodeId node,
    Incarnation incarnation,
    Ceilings ceilings,
    FoundingState founding,
    Map<NodeId, SeenRuns> seenRuns,
    @Nullable String setBack,
    Set<PartitionId> recovering,
    Map<PartitionId, Epoch> loaded,
    Map<PartitionId, PartitionState> partitions,
    Horizons horizons) {

  static OpenedStorage open(NodeSettings settings, NodePorts ports) throws StorageException {
    StorageEngine engine = ports.engines().open(settings.engine(), settings.storage());
    try {
      return read(engine, settings);
    } catch (StorageException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static OpenedStorage read(StorageEngine engine, NodeSettings settings)
      throws StorageException {
    SecureRandom random = new SecureRandom();
    Bytes known = engine.readMetadata(NodeMetadata.IDENTITY);
    Identity identity;
    if (known == null) {
      identity = new Identity(newId(random), 1);
    } else {
      Identity before = NodeMetadata.decodeIdentity(known);
      identity = new Identity(before.node(), before.startCounter() + 1);
    }
    Set<PartitionId> recovering = recovering(engine, settings);
    Bytes stored = engine.readMetadata(NodeMetadata.CEILINGS);
    Ceilings ceilings =
        stored == null
            ? new Ceilings(HybridTime.ZERO, HybridTime.ZERO)
            : NodeMetadata.decodeCeilings(stored);
    // One batch: the engine forgets with its first one that writes may have been lost.
    List<Mutation> first = new ArrayList<>();
    first.add(
        new Mutation.PutMetadata(NodeMetadata.IDENTITY, NodeMetadata.encodeIdentity(identity)));
    first.add(
        new Mutation.PutMetadata(
            NodeMetadata.RECOVERING, NodeMetadata.encodeRecovering(recovering)));
    Horizons horizons = horizons(engine, settings, ceilings, first);
    engine.write(first, Durability.ALWAYS);
    Bytes founding = engine.readMetadata(NodeMetadata.FOUNDING);
    Bytes peers = engine.readMetadata(NodeMetadata.PEERS);
    Bytes setBack = engine.readMetadata(NodeMetadata.SET_BACK);
    Bytes loaded = engine.readMetadata(StoredPartitions.LOADED);
    return new OpenedStorage(
        engine,
        identity.node(),
        Incarnation.of(identity.startCounter(), random.nextInt()),
        ceilings,
        founding == null ? FoundingState.NONE : NodeMetadata.decodeFounding(founding),
        peers == null ? Map.of() : Map.copyOf(NodeMetadata.decodePeers(peers)),
        setBack == null ? null : NodeMetadata.decodeSetBack(setBack),
        recovering,
        loaded == null ? Map.of() : Map.copyOf(StoredPartitions.decodeLoaded(loaded)),
        partitions(engine, settings),
        horizons);
  }

  /**
   * Reads the horizons. If writes may have been lost, so may tombstones: then whatever is absent is
   * in question, and what says so is added to the first batch.
   */
  private static Horizons horizons(
      StorageEngine engine, NodeSettings settings, Ceilings ceilings, List<Mutation> first)
      throws StorageException {
    int partitions = settings.shape().partitions();
    Horizons horizons = Horizons.read(engine, partitions);
    if (engine.mayHaveLostWrites()) {
      long present = Math.max(System.currentTimeMillis(), ceilings.issued().millis());
      for (int i = 0; i < partitions; i++) {
        PartitionId partition = new PartitionId(i);
        Horizon horizon = horizons.of(partition).after(Horizons.at(present));
        horizons.record(partition, horizon);
        first.add(Horizons.stored(partition, horizon));
      }
    }
    return horizons;
  }

  private static Map<PartitionId, PartitionState> partitions(
      StorageEngine engine, NodeSettings settings) throws StorageException {
    Map<PartitionId, PartitionState> partitions = new HashMap<>();
    for (int i = 0; i < settings.shape().partitions(); i++) {
      read(engine, new PartitionId(i), partitions);
    }
    read(engine, PartitionId.ROSTER, partitions);
    return Map.copyOf(partitions);
  }

  private static void read(
      StorageEngine engine, PartitionId partition, Map<PartitionId, PartitionState> partitions)
      throws StorageException {
    Bytes stored = engine.readMetadata(StoredPartitions.name(partition));
    if (stored != null) {
      partitions.put(partition, StoredPartitions.decode(stored));
    }
  }

  private static Set<PartitionId> recovering(StorageEngine engine, NodeSettings settings)
      throws StorageException {
    Bytes stored = engine.readMetadata(NodeMetadata.RECOVERING);
    Set<PartitionId> recovering =
        stored == null
            ? new LinkedHashSet<>()
            : new LinkedHashSet<>(NodeMetadata.decodeRecovering(stored));
    if (engine.mayHaveLostWrites()) {
      for (int i = 0; i < settings.shape().partitions(); i++) {
        recovering.add(new PartitionId(i));
      }
    }
    return Set.copyOf(recovering);
  }

  private static NodeId newId(SecureRandom random) {
    NodeId id = NodeId.NONE;
    while (id.equals(NodeId.NONE)) {
      id = new NodeId(random.nextLong());
    }
    return id;
  }

  /** Makes the clock's ceilings durable, before the replica owns the engine's writes. */
  void saveCeilings(Ceilings wanted) throws StorageException {
    engine.write(
        List.of(
            new Mutation.PutMetadata(NodeMetadata.CEILINGS, NodeMetadata.encodeCeilings(wanted))),
        Durability.ALWAYS);
  }
}
