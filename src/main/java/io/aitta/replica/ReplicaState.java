package io.aitta.replica;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which one node's copies change: last writer wins by version; a put is checked
 * against the clock bound (protocol rule 13) and the sizes at its first application; an overwritten
 * version is remembered (rule 1); a partition that lost a record answers no reads and takes no puts
 * until it is whole again (rule 9); one that this node has just joined answers no reads until
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
  private long lastLoss;
  private HybridTime newestApplied = HybridTime.ZERO; // by this run

  /**
   * Takes over an engine's writes.
   *
   * @param recovering partitions that are not whole; which they are is kept in the engine's
   *     metadata
   * @param loaded the joint configurations by which partitions were merged from a majority of the
   *     members; kept there too
   */
  public ReplicaState(
      StorageEngine engine,
      EntryLimits limits,
      AppliedVersions memory,
      Map<PartitionId, Loss> recovering,
      Map<PartitionId, Epoch> loaded) {
    this.engine = engine;
    this.limits = limits;
    this.memory = memory;
    this.recovering = new LinkedHashMap<>(recovering);
    this.loaded = new HashMap<>(loaded);
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
   * run applied may have been theirs.
   */
  public void discardCorrupt(PartitionId partition, List<Key> keys, long nowNanos)
      throws StorageException {
    recovering.put(partition, new Loss(++lastLoss, nowNanos));
    memory.forget(newestApplied);
    List<Mutation> discards = new ArrayList<>();
    for (Key key : keys) {
      discards.add(new Mutation.DiscardCorrupt(partition, key));
    }
    saveRecovering(discards);
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
   * ones (protocol rule 4).
   */
  public void install(Collection<PartitionState> states) throws StorageException {
    List<Mutation> mutations = new ArrayList<>();
    for (PartitionState state : states) {
      mutations.add(
          new Mutation.PutMetadata(
              StoredPartitions.name(state.installed().partition()),
              StoredPartitions.encode(state)));
    }
    engine.write(mutations, Durability.ALWAYS);
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
          ReplicaReply reply = write(write, configuration.partition());
          writes.add(replies.size());
          replies.add(reply);
        } else {
          replies.add(new ReplicaReply.Copy(engine.read(configuration.partition(), request.key())));
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
      if (request instanceof ReplicaRequest.Read && isLoading(configuration)) {
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

    private ReplicaReply write(ReplicaRequest.Write write, PartitionId partition)
        throws StorageException {
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
      if (order > 0) {
        if (write.origin() == WriteOrigin.PUT && isBeyondBound(entry)) {
          return ReplicaReply.Refused.of(RefusalReason.CLOCK_AHEAD);
        }
        RefusalReason tooLarge = isClients(write.origin()) ? limits.exceededBy(key, entry) : null;
        if (tooLarge != null) {
          return ReplicaReply.Refused.of(tooLarge);
        }
        mutations.add(new Mutation.PutEntry(partition, key, entry, held));
        written.put(key, entry);
        newestApplied = newestApplied.max(entry.version().time());
        if (held != null) {
          overwritten.add(new Overwritten(key, held.version()));
        }
      }
      return new ReplicaReply.Wrote(WriteResult.APPLIED, null);
    }

    private ReplicaReply superseded(ReplicaRequest.Write write, Entry held) {
      Version version = write.entry().version();
      WriteResult result =
          overwritten.contains(new Overwritten(write.key(), version))
              ? WriteResult.APPLIED_SINCE_OVERWRITTEN // by this very batch
              : switch (memory.knows(write.key(), version)) {
                case APPLIED -> WriteResult.APPLIED_SINCE_OVERWRITTEN;
                case NEVER_APPLIED -> WriteResult.SUPERSEDED;
                case FORGOTTEN -> WriteResult.SUPERSEDED_UNKNOWN;
              };
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
        discardCorrupt(partition, List.of(key), context.nowNanos());
      } catch (StorageException e) {
        failure = e;
      }
      return ReplicaReply.Refused.of(RefusalReason.CORRUPT_RECORD);
    }

    Handled finish() {
      if (!mutations.isEmpty()) {
        try {
          engine.write(mutations, Durability.POLICY);
        } catch (StorageException e) {
          failure = e;
          writes.forEach(position -> replies.set(position, refused(e)));
        }
        // A batch that failed may be stored nevertheless, and what it overwrote was applied in any
        // case.
        for (Overwritten one : overwritten) {
          memory.recordOverwritten(one.key(), one.version(), context.nowNanos());
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
