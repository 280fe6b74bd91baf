package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.Version;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.partition.PartitionSuccession;
import io.aitta.partition.SuccessionStep;
import io.aitta.repair.PartitionMerge;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Horizon;
import io.aitta.replica.Horizons;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.replica.StoredPartitions;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node of a {@link Script}: its disk outlives its runs. */
final class ScriptedNode {
  private static final long CEILING_AHEAD_MILLIS = 500;

  private final Script script;
  private final NodeId id;
  private StorageEngine disk = newDisk();
  private final StorageEngine engine = corruptible();
  private Horizons horizons = new Horizons();
  private ReplicaState state;
  private PartitionSuccession succession;
  private PartitionState durable;
  private ConfigurationTable configurations;
  private HybridClock clock;
  private HybridTime ceiling = HybridTime.ZERO; // durable
  private long aheadMillis;
  private int run = 1;
  private boolean isCorrupt;
  private boolean isLost; // the record: reads find nothing until it is written anew
  private boolean isCutOff;

  ScriptedNode(Script script, NodeId id) {
    this.script = script;
    this.id = id;
    this.state = newState();
    this.succession = newSuccession();
    this.durable = succession.state();
    this.configurations = table(durable);
    this.clock = newClock();
    raiseCeiling();
  }

  private static StorageEngine newDisk() {
    return new MemoryEngineProvider()
        .open(
            new StorageSettings(
                Path.of("."), StorageSettings.Fsync.NONE, Duration.ofSeconds(1), 0));
  }

  private static Horizons horizons(StorageEngine disk) {
    try {
      return Horizons.read(disk, 1);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private ReplicaState newState() {
    horizons = horizons(disk);
    return new ReplicaState(
        engine,
        new EntryLimits(Integer.MAX_VALUE, Integer.MAX_VALUE),
        new AppliedVersions(100, Duration.ofMinutes(1).toNanos()),
        Map.of(),
        readLoaded(),
        horizons);
  }

  private Map<PartitionId, Epoch> readLoaded() {
    try {
      Bytes stored = disk.readMetadata(StoredPartitions.LOADED);
      return stored == null ? Map.of() : StoredPartitions.decodeLoaded(stored);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private PartitionSuccession newSuccession() {
    try {
      Bytes stored = disk.readMetadata(StoredPartitions.name(Script.PARTITION));
      return new PartitionSuccession(
          id,
          stored == null || script.makes(Mistake.CONFIGURATIONS_ARE_FORGOTTEN)
              ? PartitionState.first(script.first())
              : StoredPartitions.decode(stored));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private ConfigurationTable table(PartitionState known) {
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(script.first()))
        .with(known.installed().configuration(), known.isServed());
  }

  private HybridClock newClock() {
    return new HybridClock(ceiling, HybridTime.ZERO, Script.BOUND_MILLIS);
  }

  /** The disk, but for a record that became corrupt, and is gone once it is discarded. */
  private StorageEngine corruptible() {
    return (StorageEngine)
        Proxy.newProxyInstance(
            StorageEngine.class.getClassLoader(),
            new Class<?>[] {StorageEngine.class},
            (proxy, method, arguments) -> {
              if (isCorrupt && method.getName().equals("read")) {
                throw new CorruptRecordException(Script.PARTITION, Script.KEY);
              }
              if (method.getName().equals("write") && arguments[0] instanceof List<?> mutations) {
                isLost |= mutations.stream().anyMatch(Mutation.DiscardCorrupt.class::isInstance);
                isLost &= mutations.stream().noneMatch(Mutation.PutEntry.class::isInstance);
                isCorrupt &= !isLost;
              } else if (isLost && method.getName().equals("read")) {
                return null;
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  NodeId id() {
    return id;
  }

  int run() {
    return run;
  }

  /** Sets the wall clock ahead of the true time. */
  void setClockAhead(long millis) {
    aheadMillis = millis;
  }

  /** Makes the stored record unreadable. */
  void corrupt() {
    isCorrupt = true;
  }

  /** The newest configuration that it stored. */
  Configuration configuration() {
    return configurations.configuration(Script.PARTITION);
  }

  /** What it stored of the configuration. */
  PartitionState durable() {
    return durable;
  }

  ReplicaState state() {
    return state;
  }

  StorageEngine disk() {
    return disk;
  }

  Horizon horizon() {
    return horizons.of(Script.PARTITION);
  }

  DeadRecords deadRecords() {
    return new DeadRecords(id, engine, horizons, ScriptedProof.MIN_AGE_MILLIS);
  }

  /** Whether it drops anything by that configuration. */
  boolean mayTakePart(Epoch epoch) {
    return deadRecords().mayTakePart(configurations, Script.PARTITION, epoch);
  }

  /** Takes part in a change of the configuration; stores what follows before anything is sent. */
  List<SuccessionMessage> perform(Function<PartitionSuccession, SuccessionStep> act) {
    SuccessionStep step = act.apply(succession);
    if (!step.state().equals(durable)) {
      try {
        state.install(
            script.makes(Mistake.LEFTOVERS_ARE_KEPT) ? NodeId.NONE : id, List.of(step.state()));
      } catch (StorageException e) {
        throw new IllegalStateException(e);
      }
      durable = step.state();
      configurations = table(durable);
    }
    return step.sends();
  }

  /** All that it holds, for whoever loads by that configuration; null if it refuses. */
  @Nullable List<KeyedEntry> page(Epoch epoch) {
    if (!script.makes(Mistake.SOURCES_ARE_NOT_FENCED)
        && !PartitionMerge.mayBeGiven(configuration(), id, epoch)) {
      return null;
    }
    try {
      return isLost
          ? List.of()
          : disk.scan(Script.PARTITION, null, Integer.MAX_VALUE, Integer.MAX_VALUE).entries();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nothing of what happens to the configuration arrives any more. */
  void cutOff() {
    isCutOff = true;
  }

  boolean isCutOff() {
    return isCutOff;
  }

  /** Ends this run and begins the next one under the same id, on an empty disk. */
  void restartEmpty() {
    disk = newDisk();
    restart();
  }

  /** Ends this run and begins the next one, on the same disk. */
  void restart() {
    run++;
    state = newState();
    succession = newSuccession();
    durable = succession.state();
    configurations = table(durable);
    clock = newClock();
    raiseCeiling();
  }

  private long physicalMillis() {
    return script.nowMillis() + aheadMillis;
  }

  /** Makes a higher ceiling durable, as a node does at intervals. */
  void raiseCeiling() {
    ceiling =
        ceiling.max(
            HybridTime.ofMillis(
                Math.max(physicalMillis(), clock.last().millis()) + CEILING_AHEAD_MILLIS));
    clock.raiseCeiling(ceiling);
  }

  HybridTime read() {
    return clock.read(physicalMillis());
  }

  HybridTime now() {
    return clock.now(physicalMillis());
  }

  void observe(HybridTime time) {
    clock.observe(time, physicalMillis());
  }

  HybridTime awaited(HybridTime time) {
    return clock.awaited(time, physicalMillis());
  }

  /** Issues a version; waits for a higher ceiling if need be. */
  Version issue() {
    if (!clock.canIssue(physicalMillis())) {
      raiseCeiling();
    }
    return new Version(clock.issue(physicalMillis()), id);
  }

  List<ReplicaReply> handle(List<ReplicaRequest> asked) {
    List<ReplicaRequest> batch =
        script.makes(Mistake.OLD_EPOCHS_ARE_SERVED)
            ? asked.stream().map(request -> Mistake.withEpoch(request, configuration())).toList()
            : asked;
    ReplicaContext context =
        new ReplicaContext(
            id, configurations, now().millis(), Script.BOUND_MILLIS, script.nowNanos());
    return state.handle(batch, context).replies();
  }

  @Nullable Entry copy() {
    try {
      return isLost ? null : disk.read(Script.PARTITION, Script.KEY);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }
}
