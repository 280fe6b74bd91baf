package io.aitta.simulation;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster over one seed: nodes of decision classes, a network that delays, drops,
 * duplicates and reorders, nodes that pause and crash with their disks, clocks that differ, and
 * clients that put, delete and get. Invariants run after every event, and the histories are checked
 * at the end.
 */
final class Simulation {
  static final long BOUND_MILLIS = 2_000;
  private static final long MILLI = 1_000_000;
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;
  private static final int TRACE = 300;

  private final Random random;
  private final VirtualScheduler scheduler;
  private final List<NodeId> nodes = new ArrayList<>();
  private final Map<NodeId, StorageEngine> disks = new HashMap<>();
  private final Map<NodeId, Integer> starts = new HashMap<>();
  private final Map<NodeId, SimulatedNode> running = new HashMap<>();
  private final Map<NodeId, Long> pausedUntil = new HashMap<>();
  private final Map<NodeId, Long> clockOffsets = new HashMap<>();
  private final Set<String> cut = new HashSet<>();
  private final ConfigurationTable configurations;
  private final Map<Key, List<Operation>> histories = new HashMap<>();
  private final Map<Key, Version> acknowledged = new HashMap<>();
  private final Map<Key, Map<Version, Set<NodeId>>> applied = new HashMap<>();
  private final ArrayDeque<String> trace = new ArrayDeque<>();
  private final double loss;
  private final double duplication;
  private final int remembered;
  private int lastValue;
  private int lastOperation;
  private int acknowledgedPuts;
  private boolean isHealed;

  Simulation(long seed) throws StorageException {
    this.random = new Random(seed);
    this.scheduler = new VirtualScheduler(random);
    this.loss = random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0;
    this.duplication = random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0;
    this.remembered = random.nextInt(4) == 0 ? 2 : 1000;
    int size = random.nextInt(3) == 0 ? 5 : 3;
    for (int i = 1; i <= size; i++) {
      NodeId node = new NodeId(i);
      nodes.add(node);
      clockOffsets.put(node, (long) random.nextInt(400) - 200);
      disks.put(
          node,
          new MemoryEngineProvider()
              .open(
                  new StorageSettings(
                      Path.of("."), StorageSettings.Fsync.NONE, Duration.ofSeconds(1), 0)));
    }
    if (random.nextInt(8) == 0) {
      clockOffsets.put(nodes.get(0), Duration.ofHours(1).toMillis());
    }
    ClusterShape shape = new ClusterShape(1, size);
    this.configurations =
        ConfigurationTable.of(
            shape, List.of(Configuration.stable(new PartitionId(0), Epoch.FIRST, nodes)));
    for (NodeId node : nodes) {
      start(node);
    }
  }

  List<NodeId> nodes() {
    return nodes;
  }

  ConfigurationTable configurations() {
    return configurations;
  }

  int rememberedVersions() {
    return remembered;
  }

  long nowNanos() {
    return scheduler.nowNanos();
  }

  long physicalMillis(NodeId node) {
    return EPOCH_MILLIS + nowNanos() / MILLI + clockOffsets.getOrDefault(node, 0L);
  }

  /** Above every version that a clock may have issued. */
  long exemptMillis() {
    return EPOCH_MILLIS + Duration.ofDays(1).toMillis();
  }

  private void start(NodeId node) throws StorageException {
    int counter = starts.merge(node, 1, Integer::sum);
    StorageEngine disk = disk(node);
    running.put(node, new SimulatedNode(this, node, disk, counter));
    trace("start " + node + " run " + counter);
  }

  private StorageEngine disk(NodeId node) {
    StorageEngine disk = disks.get(node);
    if (disk == null) {
      throw new IllegalStateException("no disk of " + node);
    }
    return disk;
  }

  /** Runs something on a node later, unless that run of it is over; a pause holds it up. */
  void at(NodeId node, long delayNanos, Runnable run) {
    SimulatedNode now = running.get(node);
    scheduler.after(
        delayNanos,
        () -> {
          long paused = pausedUntil.getOrDefault(node, 0L) - nowNanos();
          if (paused > 0) {
            at(node, paused, run);
          } else if (now == null || now == running.get(node)) {
            run.run();
          }
        });
  }

  void send(Packet packet) {
    boolean isLocal = packet.from().equals(packet.to());
    if (!isLocal
        && (random.nextDouble() < loss || cut.contains(packet.from() + ">" + packet.to()))) {
      return;
    }
    deliver(packet, isLocal);
    if (!isLocal && random.nextDouble() < duplication) {
      deliver(packet, false);
    }
  }

  private void deliver(Packet packet, boolean isLocal) {
    long delay = isLocal ? 10_000 : MILLI / 10 + (long) (random.nextDouble() * MILLI);
    if (!isLocal && random.nextInt(20) == 0) {
      delay += (long) (random.nextDouble() * 300 * MILLI);
    }
    scheduler.after(delay, () -> arrive(packet));
  }

  private void arrive(Packet packet) {
    long paused = pausedUntil.getOrDefault(packet.to(), 0L) - nowNanos();
    if (paused > 0) {
      scheduler.after(paused, () -> arrive(packet));
      return;
    }
    SimulatedNode node = running.get(packet.to());
    if (node != null) {
      if (packet.request() != null || packet.reply() != null) {
        trace(packet.toString());
      }
      node.receive(packet);
    }
  }

  /**
   * Records what a replica holds now, for the receipts, and checks that nothing acknowledged is
   * lost.
   */
  void afterServing(NodeId node, ReplicaRequest request) {
    Entry held = read(node, request.key());
    if (held != null) {
      applied
          .computeIfAbsent(request.key(), unused -> new HashMap<>())
          .computeIfAbsent(held.version(), unused -> new HashSet<>())
          .add(node);
    }
    checkNothingLost(request.key());
  }

  private @Nullable Entry read(NodeId node, Key key) {
    try {
      return disk(node).read(new PartitionId(0), key);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkNothingLost(Key key) {
    Version newest = acknowledged.get(key);
    if (newest == null) {
      return;
    }
    long holders =
        nodes.stream()
            .filter(
                node -> {
                  Entry held = read(node, key);
                  return held != null && !newest.isNewerThan(held.version());
                })
            .count();
    require(
        holders >= nodes.size() / 2 + 1,
        "acknowledged " + newest + " of " + key + " is held by " + holders);
  }

  /** Checks a receipt against what replicas were seen to hold. */
  void checkReceipt(Key key, PutOutcome outcome) {
    if (outcome instanceof PutOutcome.Written written) {
      checkReceipt(key, written.receipt(), true);
    } else if (outcome instanceof PutOutcome.MaybeApplied maybe) {
      checkReceipt(key, maybe.receipt(), false);
    }
  }

  private void checkReceipt(Key key, Receipt receipt, boolean isWritten) {
    Set<NodeId> holders =
        applied.getOrDefault(key, Map.of()).getOrDefault(receipt.version(), Set.of());
    for (ReplicaReceipt replica : receipt.replicas()) {
      require(
          replica.state() != ReplicaReceipt.State.ACKNOWLEDGED || holders.contains(replica.node()),
          "receipt counts " + replica.node() + " which never held " + receipt.version());
    }
    require(
        !isWritten || receipt.acknowledged() >= receipt.required(),
        "written with " + receipt.acknowledged());
  }

  private void checkSettled(Key key, Receipt receipt) {
    checkReceipt(key, receipt, false);
    boolean isCertain =
        receipt.replicas().stream()
            .allMatch(
                replica ->
                    replica.state() == ReplicaReceipt.State.ACKNOWLEDGED
                        || replica.state() == ReplicaReceipt.State.SUPERSEDED
                        || (replica.reason() != null && replica.reason().isCertainlyNotApplied()));
    Set<NodeId> holders =
        applied.getOrDefault(key, Map.of()).getOrDefault(receipt.version(), Set.of());
    require(
        !isCertain || holders.size() >= receipt.acknowledged(),
        "settled receipt counts " + receipt.acknowledged() + ", held by " + holders);
  }

  /** One client: one operation after another, each on some node. */
  private void client(int operationsLeft) {
    if (operationsLeft == 0) {
      return;
    }
    List<SimulatedNode> alive = running.values().stream().filter(SimulatedNode::isRunning).toList();
    long pause = (long) (random.nextDouble() * 60 * MILLI);
    if (!alive.isEmpty()) {
      SimulatedNode node = alive.get(random.nextInt(alive.size()));
      Key key = Key.of("sim", "k" + random.nextInt(2));
      at(node.self(), 0, () -> operate(node, key, random.nextInt(100)));
    }
    scheduler.after(pause, () -> client(operationsLeft - 1));
  }

  private void operate(SimulatedNode node, Key key, int dice) {
    if (!node.isRunning()) {
      return;
    }
    List<Operation> history = histories.computeIfAbsent(key, unused -> new ArrayList<>());
    int id = ++lastOperation;
    long invoked = nowNanos();
    if (dice < 45) {
      read(node, key, history, id, invoked);
      return;
    }
    int value = dice < 90 ? ++lastValue : 0;
    Operation.Kind kind = value == 0 ? Operation.Kind.DELETE : Operation.Kind.PUT;
    int index = history.size();
    history.add(new Operation(id, kind, value, invoked, Operation.NEVER));
    trace("op " + id + " " + kind + " " + value + " of " + key + " at " + node.self());
    new SimulatedRequest(this, node, key)
        .put(
            value,
            outcome -> {
              trace("op " + id + " ended: " + outcome);
              if (outcome instanceof PutOutcome.Written written) {
                acknowledgedPuts++;
                history.set(index, new Operation(id, kind, value, invoked, nowNanos()));
                acknowledged.merge(
                    key,
                    written.receipt().version(),
                    (one, other) -> one.isNewerThan(other) ? one : other);
                checkNothingLost(key);
              } else if (outcome instanceof PutOutcome.Refused) {
                // Stays in the list, so that positions hold; a get of nothing constrains nothing.
                history.set(
                    index, new Operation(id, Operation.Kind.GET, 0, invoked, Operation.NEVER));
              }
            },
            receipt -> checkSettled(key, receipt));
  }

  private void read(SimulatedNode node, Key key, List<Operation> history, int id, long invoked) {
    trace("op " + id + " GET of " + key + " at " + node.self());
    new SimulatedRequest(this, node, key)
        .get(
            Consistency.QUORUM,
            outcome -> {
              trace("op " + id + " ended: " + outcome);
              if (outcome instanceof GetOutcome.Found found) {
                int value = Integer.parseInt(found.entry().value().utf8());
                history.add(new Operation(id, Operation.Kind.GET, value, invoked, nowNanos()));
              } else if (outcome instanceof GetOutcome.NotFound) {
                history.add(new Operation(id, Operation.Kind.GET, 0, invoked, nowNanos()));
              }
            });
  }

  /** Something goes wrong, or is mended. */
  private void trouble(int troublesLeft) {
    if (troublesLeft == 0 || isHealed) {
      return;
    }
    NodeId node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(5)) {
      case 0 -> crash(node);
      case 1 -> {
        pausedUntil.put(node, nowNanos() + (long) (random.nextDouble() * 2_000 * MILLI));
        trace("pause " + node);
      }
      case 2 -> {
        NodeId other = nodes.get(random.nextInt(nodes.size()));
        cut.add(node + ">" + other);
        trace("cut " + node + ">" + other);
      }
      case 3 -> cut.clear();
      default -> clockOffsets.merge(node, (long) random.nextInt(600) - 300, Long::sum);
    }
    scheduler.after((long) (random.nextDouble() * 400 * MILLI), () -> trouble(troublesLeft - 1));
  }

  private void crash(NodeId node) {
    SimulatedNode now = running.remove(node);
    if (now == null) {
      return;
    }
    now.stop();
    trace("crash " + node);
    scheduler.after((long) (random.nextDouble() * 1_500 * MILLI), () -> restart(node));
  }

  private void restart(NodeId node) {
    if (!running.containsKey(node)) {
      try {
        start(node);
      } catch (StorageException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Runs everything; throws an AssertionError with the last events if something is wrong. */
  void run() {
    int clients = 2 + random.nextInt(5);
    for (int i = 0; i < clients; i++) {
      scheduler.after(300 * MILLI, () -> client(12));
    }
    scheduler.after(400 * MILLI, () -> trouble(random.nextInt(12)));
    runUntil(6_000 * MILLI);
    heal();
    runUntil(12_000 * MILLI);
    for (Key key : List.copyOf(histories.keySet())) {
      for (NodeId node : nodes) {
        SimulatedNode reader = running.get(node);
        if (reader != null) {
          scheduler.after(0, () -> operate(reader, key, 0));
        }
      }
    }
    runUntil(16_000 * MILLI);
    check();
  }

  private void runUntil(long nanos) {
    while (scheduler.runNext(nanos)) {
      // Every event checks what it touches.
    }
  }

  private void heal() {
    isHealed = true;
    cut.clear();
    pausedUntil.clear();
    nodes.forEach(this::restart);
    trace("healed");
  }

  private void check() {
    histories.forEach(
        (key, history) -> {
          Optional<String> wrong = LinearizabilityChecker.check(history);
          require(wrong.isEmpty(), key + " " + wrong.orElse(""));
          Set<Optional<Version>> held = new HashSet<>();
          for (NodeId node : nodes) {
            Entry entry = read(node, key);
            held.add(Optional.ofNullable(entry).map(Entry::version));
          }
          require(
              loss > 0 || held.size() == 1, "replicas of " + key + " did not converge: " + held);
        });
  }

  int acknowledgedPuts() {
    return acknowledgedPuts;
  }

  void require(boolean isTrue, String what) {
    if (!isTrue) {
      throw new AssertionError(what + "\n" + String.join("\n", trace));
    }
  }

  private void trace(String event) {
    if (trace.size() == TRACE) {
      trace.removeFirst();
    }
    trace.addLast(nowNanos() / 1_000 + " us " + event);
  }
}
