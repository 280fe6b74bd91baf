package io.aitta.simulation;

import io.aitta.model.Entry;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of a {@link Script}: its disk outlives its runs. */
final class ScriptedNode {
  private static final PartitionId PARTITION = new PartitionId(0);
  private static final long CEILING_AHEAD_MILLIS = 500;

  private final Script script;
  private final NodeId id;
  private final StorageEngine disk =
      new MemoryEngineProvider()
          .open(
              new StorageSettings(
                  Path.of("."), StorageSettings.Fsync.NONE, Duration.ofSeconds(1), 0));
  private final StorageEngine engine = corruptible();
  private ReplicaState state;
  private HybridClock clock;
  private HybridTime ceiling = HybridTime.ZERO; // durable
  private long aheadMillis;
  private int run = 1;
  private boolean isCorrupt;

  ScriptedNode(Script script, NodeId id) {
    this.script = script;
    this.id = id;
    this.state = newState();
    this.clock = newClock();
    raiseCeiling();
  }

  private ReplicaState newState() {
    return new ReplicaState(
        engine,
        new EntryLimits(Integer.MAX_VALUE, Integer.MAX_VALUE),
        new AppliedVersions(100, Duration.ofMinutes(1).toNanos()),
        Map.of(),
        Map.of());
  }

  private HybridClock newClock() {
    return new HybridClock(ceiling, HybridTime.ZERO, Script.BOUND_MILLIS);
  }

  /** The disk, but for a record that became corrupt. */
  private StorageEngine corruptible() {
    return (StorageEngine)
        Proxy.newProxyInstance(
            StorageEngine.class.getClassLoader(),
            new Class<?>[] {StorageEngine.class},
            (proxy, method, arguments) -> {
              if (isCorrupt && method.getName().equals("read")) {
                throw new CorruptRecordException(PARTITION, Script.KEY);
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

  /** Ends this run and begins the next one, on the same disk. */
  void restart() {
    run++;
    state = newState();
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

  /** Issues a version; waits for a higher ceiling if need be. */
  Version issue() {
    if (!clock.canIssue(physicalMillis())) {
      raiseCeiling();
    }
    return new Version(clock.issue(physicalMillis()), id);
  }

  List<ReplicaReply> handle(List<ReplicaRequest> batch) {
    ReplicaContext context =
        new ReplicaContext(
            id,
            script.configurations(),
            now().millis(),
            Script.BOUND_MILLIS,
            script.nowMillis() * 1_000_000);
    return state.handle(batch, context).replies();
  }

  @Nullable Entry copy() {
    try {
      return disk.read(PARTITION, Script.KEY);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }
}
