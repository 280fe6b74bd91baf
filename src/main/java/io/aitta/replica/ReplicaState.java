package io.aitta.replica;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.partition.PartitionState;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which one node's copies change: last writer wins by version; a put is checked
 * against the clock bound (protocol rule 13) and the sizes at its first application; an overwritten
 * version is remembered (rule 1); an entry that a dropped tombstone may have deleted is not taken
 * unless it is proven alive (rule 8); a partition that lost a record answers no reads and takes no
 * puts until it is whole again (rule 9); one that this node has just joined answers no reads until
 * everything is loaded.
 *
 * <p>Owns the engine's writes. Not safe for use by several threads.
 */
public final class ReplicaState {
  /** Encoded bytes of one batch's replies, which it exceeds by its last reply at most. */
  static final int MAX_REPLY_BYTES = 16 << 20;

  private final StorageEngine engine;
  private final EntryLimits limits;
  private final AppliedVersions memory;
  private final Map<PartitionId, Loss> recovering;
  private final Map<PartitionId, Epoch> loaded;
  private final Horizons horizons;
  private final Leftovers leftovers;
  private long lastLoss;
  private HybridTime newestApplied = HybridTime.ZERO; // by this run

  /**
   * Takes over an engine's writes.
   *
   * @param recovering partitions that are not whole; which they are is kept in the engine's
   *     metadata
   * @param loaded the joint configurations by which partitions were merged from a majority of the
   *     members; kept there too
   * @param horizons of the partitions; kept there too
   */
  public ReplicaState(
      StorageEngine engine,
      EntryLimits limits,
      AppliedVersions memory,
      Map<PartitionId, Loss> recovering,
      Map<PartitionId, Epoch> loaded,
      Horizons horizons) {
    this.engine = engine;
    this.limits = limits;
    this.memory = memory;
    this.recovering = new LinkedHashMap<>(recovering);
    this.loaded = new HashMap<>(loaded);
    this.horizons = horizons;
    this.leftovers = new Leftovers(engine);
  }

  /** Partitions that count for no quorum until they are whole again, with their last loss. */
  public Map<PartitionId, Loss> recovering() {
    return Map.copyOf(recovering);
  }

  /** The joint configurations by which partitions were merged from a majority of the members. */
  public Map<PartitionId, Epoch> loaded() {
    return Map.copyOf(loaded);
  }

  /** Whether a partition was merged from a majority of that joint configuration's members. */
  public boolean isLoaded(PartitionId partition, Epoch joint) {
    return joint.equals(loaded.get(partition));
  }

  /**
   * Carries out requests as one write batch: all of them, or the first of them, at least one, whose
   * replies are {@value #MAX_REPLY_BYTES} bytes. Reads see what was stored before the batch.
   *
   * @return a reply for each that was carried out; if the batch could not be written, every write
   *     in it is answered with that
   */
  public Handled handle(List<ReplicaRequest> requests, ReplicaContext context) {
    Batch batch = new Batch(context);
    for (ReplicaRequest request : requests) {
      if (batch.isFull()) {
        break;
      }
      batch.add(request);
    }
    return batch.finish();
  }

  /**
   * Removes records that cannot be read; their partition counts for nothing until it is whole
   * again, even if that could not be stored. Which versions they had is not known, so any that this
   * run applied may have been theirs; nor whether they were tombstones, so whatever is absent from
   * now on is in question.
   *
   * @param nowMillis the hybrid clock's present
   */
  public void discardCorrupt(PartitionId partition, List<Key> keys, long nowNanos, long nowMillis)
      throws StorageException {
    recovering.put(partition, new Loss(++lastLoss, nowNanos));
    memory.forget(newestApplied);
    List<Mutation> discards = new ArrayList<>();
    for (Key key : keys) {
      discards.add(new Mutation.DiscardCorrupt(partition, key));
    }
    HybridTime present = HybridTime.ofMillis(nowMillis).max(newestApplied);
    Horizon horizon = horizons.of(partition).after(Horizons.at(present.millis()));
    horizons.record(partition, horizon); // even if that could not be stored
    discards.add(Horizons.stored(partition, horizon));
    saveRecovering(discards);
  }

  /** Takes over the horizon of a member whose entries are merged, durably, before they are. */
  public void adoptHorizon(PartitionId partition, Version version) throws StorageException {
    Horizon own = horizons.of(partition);
    if (version.isNewerThan(own.version())) {
      Horizon adopted = own.after(version);
      engine.write(List.of(Horizons.stored(partition, adopted)), Durability.ALWAYS);
      horizons.record(partition, adopted);
    }
  }

  /** Records that partitions are whole again, but for those that lost records since that loss. */
  public void becomeWhole(Map<PartitionId, Loss> healed) throws StorageException {
    Map<PartitionId, Loss> before = Map.copyOf(recovering);
    if (recovering.entrySet().removeAll(healed.entrySet())) {
      try {
        saveRecovering(List.of());
      } catch (StorageException e) {
        recovering.putAll(before);
        throw e;
      }
    }
  }

  /**
   * Stores what this node knows of partitions' configurations, durably. What was handled before is
   * part of what any later copy of these partitions shows; what comes after is judged by the new
   * ones (protocol rule 4). Where this node becomes a replica it begins with nothing (rule 7).
   *
   * @return how many records of earlier times were set aside for that
   */
  public long install(NodeId self, Collection<PartitionState> states) throws StorageException {
    List<Mutation> mutations = new ArrayList<>();
    long aside = 0;
    for (PartitionState state : states) {
      if (leftovers.isEntering(self, state)) {
        aside += leftovers.setAside(state.installed().partition());
      }
      mutations.add(
          new Mutation.PutMetadata(
              StoredPartitions.name(state.installed().partition()),
              StoredPartitions.encode(state)));
    }
    engine.write(mutations, Durability.ALWAYS);
    return aside;
  }

  /** Removes records of a partition that this node left, in just these versions. */
  public void removeLeftovers(PartitionId partition, List<KeyVersion> records, List<Key> corrupt)
      throws StorageException {
    leftovers.remove(partition, records, corrupt);
  }

  /**
   * Records that everything of partitions was merged by joint configurations, durably: the next
   * ones may be decided on that.
   */
  public void becomeLoaded(Map<PartitionId, Epoch> joint) throws StorageException {
    Map<PartitionId, Epoch> next = new HashMap<>(loaded);
    next.putAll(joint);
    engine.write(
        List.of(
            new Mutation.PutMetadata(StoredPartitions.LOADED, StoredPartitions.encodeLoaded(next))),
        Durability.ALWAYS);
    loaded.putAll(joint);
  }

  private void saveRecovering(List<Mutation> before) throws StorageException {
    List<Mutation> mutations = new ArrayList<>(before);
    mutations.add(
        new Mutation.PutMetadata(
            NodeMetadata.RECOVERING, NodeMetadata.encodeRecovering(recovering.keySet())));
    engine.write(mutations, Durability.ALWAYS);
  }

  /** One batch in the making. */
  private final class Batch {
    private final ReplicaContext context;
    private final List<ReplicaReply> replies = new ArrayList<>();
    private final List<Integer> writes = new ArrayList<>(); // positions of answered writes
    private final List<Mutation> mutations = new ArrayList<>();
    private final Map<Key, Entry> written = new HashMap<>();
    private final Set<PartitionId> lost = new LinkedHashSet<>();
    private final Set<Overwritten> overwritten = new LinkedHashSet<>();
    private final Set<Overwritten> overwrittenByItself = new HashSet<>(); // and never stored alone
    private long replyBytes;
    private @Nullable StorageException failure;

    Batch(ReplicaContext context) {
      this.context = context;
    }

    boolean isFull() {
      return replyBytes >= MAX_REPLY_BYTES;
    }

    void add(ReplicaRequest request) {
      reply(request);
      replyBytes += WireSize.ofReply(replies.get(replies.size() - 1));
    }

    private void reply(ReplicaRequest request) {
      Configuration configuration = context.configurations().configurationOf(request.key());
      RefusalReason refusal = refusal(request, configuration);
      if (refusal != null) {
        replies.add(
            new ReplicaReply.Refused(
                refusal, refusal == RefusalReason.STALE_EPOCH ? configuration : null));
        return;
      }
      try {
        if (request instanceof ReplicaRequest.Write write) {
          ReplicaReply reply = write(write, configuration);
          writes.add(replies.size());
          replies.add(reply);
        } else {
          PartitionId partition = configuration.partition();
          replies.add(
              new ReplicaReply.Copy(
                  engine.read(partition, request.key()), horizons.of(partition).drops()));
        }
      } catch (CorruptRecordException e) {
        replies.add(discard(configuration.partition(), request.key()));
      } catch (StorageException e) {
        failure = e;
        replies.add(refused(e));
      }
    }

    private @Nullable RefusalReason refusal(ReplicaRequest request, Configuration configuration) {
      int byEpoch = request.epoch().compareTo(configuration.epoch());
      if (byEpoch < 0) {
        return RefusalReason.STALE_EPOCH;
      }
      if (context.configurations().isInConflict(configuration.partition())) {
        return RefusalReason.CONFIGURATION_CONFLICT;
      }
      if (byEpoch > 0 || !context.configurations().isServed(configuration.partition())) {
        return RefusalReason.CONFIGURATION_CHANGING;
      }
      if (!configuration.hasReplica(context.self())) {
        return RefusalReason.NOT_A_REPLICA;
      }
      boolean needsAll =
          request instanceof ReplicaRequest.Read
              || (request instanceof ReplicaRequest.Write write
                  && write.origin() == WriteOrigin.HINT);
      if (needsAll && isLoading(configuration)) {
        return RefusalReason.LOADING;
      }
      boolean isForClients =
          !(request instanceof ReplicaRequest.Write write) || isClients(write.origin());
      return isForClients && recovering.containsKey(configuration.partition())
          ? RefusalReason.RECOVERING
          : null;
    }

    private boolean isLoading(Configuration configuration) {
      return configuration.isJoint()
          && (configuration.isRecovery() || !configuration.members().contains(context.self()))
          && !isLoaded(configuration.partition(), configuration.epoch());
    }

    private static boolean isClients(WriteOrigin origin) {
      return origin == WriteOrigin.PUT || origin == WriteOrigin.RESTAMPED_PUT;
    }

    private ReplicaReply write(ReplicaRequest.Write write, Configuration configuration)
        throws StorageException {
      PartitionId partition = configuration.partition();
      Key key = write.key();
      Entry held = written.get(key);
      if (held == null) {
        held = engine.read(partition, key);
      }
      Entry entry = write.entry();
      int order = held == null ? 1 : entry.version().compareTo(held.version());
      if (held != null && order < 0) {
        return superseded(write, held);
      }
      ReplicaReply doubt = held == null ? doubt(write, configuration) : null;
      if (doubt != null) {
        return doubt;
      }
      if (order > 0) {
        if (write.origin() == WriteOrigin.PUT && isBeyondBound(entry)) {
          return ReplicaReply.Refused.of(RefusalReason.CLOCK_AHEAD);
        }
        RefusalReason tooLarge = isClients(write.origin()) ? limits.exceededBy(key, entry) : null;
        if (tooLarge != null) {
          return ReplicaReply.Refused.of(tooLarge);
        }
        mutations.add(new Mutation.PutEntry(partition, key, entry, held));
        boolean isOfThisBatch = written.put(key, entry) != null;
        newestApplied = newestApplied.max(entry.version().time());
        if (held != null) {
          Overwritten one = new Overwritten(key, held.version());
          overwritten.add(one);
          if (isOfThisBatch) {
            overwrittenByItself.add(one);
          }
        }
      }
      return new ReplicaReply.Wrote(WriteResult.APPLIED, null);
    }

    /**
     * What speaks against storing an entry under whose key there is nothing (protocol rule 8); null
     * if nothing does. What a merge brings was asked of a majority. What is dead harms nothing. In
     * a joint configuration nothing is dropped, so what a majority read there is alive.
     */
    private @Nullable ReplicaReply doubt(ReplicaRequest.Write write, Configuration configuration) {
      Horizon horizon = horizons.of(configuration.partition());
      if (!horizon.covers(write.entry().version())) {
        return null;
      }
      boolean isAlive =
          switch (write.origin()) {
            case TRANSFER -> true;
            case REPAIR ->
                configuration.isJoint()
                    || write.drops() == horizon.drops()
                    || !write.entry().isVisibleAt(HybridTime.ofMillis(context.clockMillis()));
            case PUT, RESTAMPED_PUT, HINT -> false;
          };
      if (isAlive) {
        return null;
      }
      return isClients(write.origin())
          ? new ReplicaReply.Wrote(
              overwritten(write, WriteResult.BELOW_HORIZON), Entry.tombstone(horizon.version()))
          : ReplicaReply.Refused.of(RefusalReason.IN_QUESTION);
    }

    /** What became of a version that is not stored: as given if it was never applied. */
    private WriteResult overwritten(ReplicaRequest.Write write, WriteResult ifNeverApplied) {
      Version version = write.entry().version();
      return overwritten.contains(new Overwritten(write.key(), version))
          ? WriteResult.APPLIED_SINCE_OVERWRITTEN // by this very batch
          : switch (memory.knows(write.key(), version)) {
            case APPLIED -> WriteResult.APPLIED_SINCE_OVERWRITTEN;
            case NEVER_APPLIED -> ifNeverApplied;
            case FORGOTTEN -> WriteResult.SUPERSEDED_UNKNOWN;
          };
    }

    private ReplicaReply superseded(ReplicaRequest.Write write, Entry held) {
      WriteResult result = overwritten(write, WriteResult.SUPERSEDED);
      // Only a repair shows what it found to a reader; the others need no more than the version.
      return new ReplicaReply.Wrote(
          result, write.origin() == WriteOrigin.REPAIR ? held : Entry.tombstone(held.version()));
    }

    private boolean isBeyondBound(Entry entry) {
      HybridTime time = entry.version().time();
      return time.millis() > context.clockMillis() + context.boundMillis();
    }

    /**
     * Removes a record that cannot be read; its partition counts for nothing until it is whole
     * again.
     */
    private ReplicaReply discard(PartitionId partition, Key key) {
      lost.add(partition);
      try {
        discardCorrupt(partition, List.of(key), context.nowNanos(), context.clockMillis());
      } catch (StorageException e) {
        failure = e;
      }
      return ReplicaReply.Refused.of(RefusalReason.CORRUPT_RECORD);
    }

    Handled finish() {
      if (!mutations.isEmpty()) {
        boolean isStored = false;
        try {
          engine.write(mutations, Durability.POLICY);
          isStored = true;
        } catch (StorageException e) {
          failure = e;
          writes.forEach(position -> replies.set(position, refused(e)));
        }
        // A batch that failed may be stored nevertheless, and what it overwrote was applied in any
        // case, unless it was part of that batch.
        for (Overwritten one : overwritten) {
          if (!isStored && overwrittenByItself.contains(one)) {
            memory.forget(one.version().time());
          } else {
            memory.recordOverwritten(one.key(), one.version(), context.nowNanos());
          }
        }
      }
      return new Handled(List.copyOf(replies), Set.copyOf(lost), failure);
    }

    private ReplicaReply refused(StorageException e) {
      return ReplicaReply.Refused.of(
          e.kind() == StorageException.Kind.FULL
              ? RefusalReason.STORAGE_FULL
              : RefusalReason.STORAGE_FAILED);
    }
  }

  private record Overwritten(Key key, Version version) {}
}
