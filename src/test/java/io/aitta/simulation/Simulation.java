package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.WriteOrigin;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster over one seed: nodes of decision classes, a {@link SimulatedNetwork}, nodes that
 * pause, crash with their disks and lose one, clocks that differ, and the clients of a {@link
 * Workload}. {@link Invariants} run after every event; the histories are checked at the end, which
 * finds what a check after every event would, since every beginning of a linearizable history is
 * one.
 */
final class Simulation {
  static final PartitionId PARTITION = new PartitionId(0);
  static final long BOUND_MILLIS = 2_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** Two changes, of which each waits for a clock that is wrong, and some time beside. */
  private static final int LONGEST_SETTLING_SECONDS =
      10 + 2 * (int) (HybridClock.AWAITED_BOUNDS * BOUND_MILLIS / 1_000);

  private static final long EPOCH_MILLIS = 1_700_000_000_000L;
  private static final int TRACE = 300;

  private final Random random;
  private final VirtualScheduler scheduler;
  private final SimulatedNetwork network;
  private final List<NodeId> nodes = new ArrayList<>();
  private final Map<NodeId, StorageEngine> disks = new HashMap<>();
  private final Map<NodeId, DiskFault> diskFaults = new HashMap<>();
  private final Map<NodeId, Integer> starts = new HashMap<>();
  private final Map<NodeId, SimulatedNode> running = new TreeMap<>();
  private final Set<NodeId> gone = new HashSet<>(); // whose disk was lost: at most one
  private final Map<NodeId, Long> pausedUntil = new HashMap<>();
  private final Map<NodeId, Long> clockOffsets = new HashMap<>();
  private final Configuration first;
  private final SimulatedMembership membership;
  private final Invariants invariants = new Invariants(this);
  private final Coverage coverage = new Coverage();
  private final Workload workload;
  private final ArrayDeque<Traced> trace = new ArrayDeque<>();
  private final int remembered;
  private final int maxHints; // for one target
  private final int maxRequests; // in flight to one node
  private final int longestBatchNanos;
  private final boolean isSlow; // long enough for what is dead to be dropped while things go wrong
  private final @Nullable Duration comparisonInterval; // null if replicas are not compared
  private final boolean isAClockWrong; // that of the first node: beyond what anybody waits for
  private final @Nullable Mistake mistake;
  private long fingerprint;
  private boolean isHealed;

  Simulation(long seed) throws StorageException {
    this(seed, null);
  }

  /**
   * A cluster that makes a mistake.
   *
   * @param mistake null for none
   */
  Simulation(long seed, @Nullable Mistake mistake) throws StorageException {
    this.mistake = mistake;
    this.random = new Random(seed);
    this.scheduler = new VirtualScheduler(random);
    this.network = new SimulatedNetwork(random, scheduler, this::arrive);
    this.workload = new Workload(this, random);
    this.remembered = random.nextInt(4) == 0 ? 2 : 1000;
    this.longestBatchNanos = random.nextInt(3) == 0 ? 0 : random.nextInt(50_000_000);
    this.maxHints = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1000;
    this.maxRequests = random.nextInt(4) == 0 ? 6 : 1000;
    this.isSlow = random.nextInt(3) == 0 || (mistake != null && mistake.isOfDeadRecords());
    boolean isCompared = random.nextInt(isSlow ? 2 : 3) == 0;
    int comparisonMillis = 500 + random.nextInt(isSlow ? 10_000 : 700);
    // What a mistake does is to be seen before a comparison mends it.
    this.comparisonInterval =
        isCompared && mistake == null ? Duration.ofMillis(comparisonMillis) : null;
    int size = random.nextInt(3) == 0 ? 5 : 3;
    int spare = random.nextInt(3);
    for (int i = 1; i <= size + spare; i++) {
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
    this.isAClockWrong = random.nextInt(8) == 0;
    if (isAClockWrong) {
      clockOffsets.put(nodes.get(0), Duration.ofHours(1).toMillis());
    }
    this.first = Configuration.stable(PARTITION, Epoch.FIRST, nodes.subList(0, size));
    this.membership = new SimulatedMembership(this, random, first, Set.copyOf(nodes));
    for (NodeId node : nodes) {
      start(node);
    }
  }

  boolean makes(Mistake other) {
    return mistake == other;
  }

  List<NodeId> nodes() {
    return nodes;
  }

  /** Nodes whose disks were not lost. */
  List<NodeId> survivors() {
    return nodes.stream().filter(node -> !gone.contains(node)).toList();
  }

  List<SimulatedNode> running() {
    return List.copyOf(running.values());
  }

  Configuration firstConfiguration() {
    return first;
  }

  SimulatedMembership membership() {
    return membership;
  }

  Invariants invariants() {
    return invariants;
  }

  Coverage coverage() {
    return coverage;
  }

  /** Whether the clock of the first node is further ahead than anybody waits for. */
  boolean isAClockWrong() {
    return isAClockWrong;
  }

  /** How often replicas are compared; null if they are not. */
  @Nullable Duration comparisonInterval() {
    return comparisonInterval;
  }

  /** Whether leftovers go back: what a mistake does is to be seen before they mend it. */
  boolean givesBack() {
    return mistake == null || mistake == Mistake.LEFTOVERS_ARE_TAKEN_UNASKED;
  }

  /** What every chance is drawn from. */
  Random random() {
    return random;
  }

  int rememberedVersions() {
    return remembered;
  }

  /** How long a replica gathers requests before it carries them out together. */
  long batchNanos() {
    return longestBatchNanos == 0 ? 0 : random.nextInt(longestBatchNanos);
  }

  int maxHints() {
    return maxHints;
  }

  int maxRequests() {
    return maxRequests;
  }

  /** Whether a node's disk was lost, and with it the node. */
  boolean isGone(NodeId node) {
    return gone.contains(node);
  }

  long nowNanos() {
    return scheduler.nowNanos();
  }

  long physicalMillis(NodeId node) {
    return EPOCH_MILLIS + nowNanos() / MILLI + clockOffsets.getOrDefault(node, 0L);
  }

  /** The time of the clock that is furthest ahead. */
  HybridTime latestTime() {
    return HybridTime.ofMillis(nodes.stream().mapToLong(this::physicalMillis).max().orElseThrow());
  }

  /** The longest pause of a client between two operations. */
  int longestPauseMicros() {
    return isSlow ? 2_000_000 : 60_000;
  }

  /** Above every version that a clock may have issued. */
  long exemptMillis() {
    return EPOCH_MILLIS + Duration.ofDays(1).toMillis();
  }

  StorageEngine disk(NodeId node) {
    StorageEngine disk = disks.get(node);
    if (disk == null) {
      throw new IllegalStateException("no disk of " + node);
    }
    return disk;
  }

  /** What is wrong with a node's disk now; null if it works. */
  @Nullable DiskFault diskFault(NodeId node) {
    DiskFault fault = diskFaults.get(node);
    return fault == null || fault.untilNanos() <= nowNanos() ? null : fault;
  }

  void countSend(WriteOrigin origin) {
    if (origin == WriteOrigin.REPAIR) {
      coverage.count(Event.REPAIR_SENT);
    }
  }

  /** Runs something later. */
  void later(long delayNanos, Runnable run) {
    scheduler.after(delayNanos, run);
  }

  /** Runs something on a node later, unless that run of it is over; a pause holds it up. */
  void at(NodeId node, long delayNanos, Runnable run) {
    at(node, running.get(node), delayNanos, run);
  }

  private void at(NodeId node, @Nullable SimulatedNode of, long delayNanos, Runnable run) {
    scheduler.after(
        delayNanos,
        () -> {
          long paused = pausedUntil.getOrDefault(node, 0L) - nowNanos();
          if (of != null && of != running.get(node)) {
            return;
          }
          if (paused > 0) {
            at(node, of, paused, run);
          } else {
            run.run();
          }
        });
  }

  void send(Packet packet) {
    invariants.said(packet.from(), packet.time());
    network.send(packet);
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
        trace(packet);
      }
      node.receive(packet);
    }
  }

  /** Something goes wrong, or is mended. */
  private void trouble(int troublesLeft) {
    if (troublesLeft == 0 || isHealed) {
      return;
    }
    NodeId node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(14)) {
      case 0, 1 -> crash(node, true);
      case 2, 3 -> {
        pausedUntil.put(node, nowNanos() + random.nextInt(2_000) * MILLI);
        trace("pause", node);
      }
      case 4, 5 -> {
        NodeId other = nodes.get(random.nextInt(nodes.size()));
        network.cut(node, other);
        detect(node, true);
        trace("cut", node, other);
      }
      case 6, 7 -> {
        network.mend();
        nodes.forEach(each -> detect(each, false));
      }
      case 8 -> nodes.forEach(each -> crash(each, true));
      case 9 -> crash(node, !mayGo(node));
      case 10, 11 -> failDisk(node);
      default -> clockOffsets.merge(node, (long) random.nextInt(2_000) - 1_000, Long::sum);
    }
    later(random.nextInt(400) * MILLI, () -> trouble(troublesLeft - 1));
  }

  /** The cluster's failure detector says something of a node to all, sooner or later. */
  private void detect(NodeId node, boolean isUnreachable) {
    later(
        random.nextInt(1_000) * MILLI,
        () ->
            running()
                .forEach(
                    one ->
                        at(
                            one.self(),
                            0,
                            () -> one.peers().recordReachable(node, !isUnreachable))));
  }

  /**
   * The cluster has removed a node, which every node learns, and those that start later as well.
   */
  private void tellGone() {
    running().forEach(one -> gone.forEach(node -> at(one.self(), 0, () -> one.peers().left(node))));
  }

  private void failDisk(NodeId node) {
    if (mistake != null) {
      return; // what a mistake does is to be seen before a disk hides it
    }
    boolean isFull = random.nextInt(2) == 0;
    DiskFault fault =
        new DiskFault(
            isFull ? StorageException.Kind.FULL : StorageException.Kind.FAILED,
            !isFull && random.nextInt(2) == 0,
            nowNanos() + random.nextInt(3_000) * MILLI);
    diskFaults.put(node, fault);
    trace(fault, "at", node);
  }

  /**
   * Whether a node may lose its disk, while data moves too: a majority of every set of the newest
   * configuration must stay, and somebody who knows it.
   */
  private boolean mayGo(NodeId node) {
    Configuration served = membership.served().configuration();
    Set<NodeId> lost = new HashSet<>(gone);
    lost.add(node);
    return gone.size() < 2
        && membership.isStoredBeside(lost)
        && hasMajorityBeside(served.members(), lost)
        && hasMajorityBeside(served.successors(), lost);
  }

  private static boolean hasMajorityBeside(List<NodeId> set, Set<NodeId> lost) {
    return set.isEmpty() || 2 * set.stream().filter(lost::contains).count() < set.size();
  }

  /** Somebody joins or leaves, or somebody drives what was begun. */
  private void change(int changesLeft) {
    if (changesLeft == 0 || isHealed) {
      return;
    }
    if (random.nextInt(4) == 0) {
      membership.change(survivors());
    }
    if (!running.isEmpty()) {
      List<SimulatedNode> nodes = running();
      SimulatedNode driver = nodes.get(random.nextInt(nodes.size()));
      at(driver.self(), 0, () -> membership.drive(driver, false));
    }
    later(random.nextInt(200) * MILLI, () -> change(changesLeft - 1));
  }

  /** One node brings what was begun to its end. */
  private void finish(int turnsLeft) {
    if (turnsLeft > 0) {
      running().stream().findFirst().ifPresent(driver -> membership.drive(driver, true));
      later(200 * MILLI, () -> finish(turnsLeft - 1));
    }
  }

  private void start(NodeId node) throws StorageException {
    int counter = starts.merge(node, 1, Integer::sum);
    running.put(node, new SimulatedNode(this, node, counter));
    detect(node, false);
    later(random.nextInt(1_000) * MILLI, this::tellGone);
    trace("start", node, "run", counter);
  }

  private void crash(NodeId node, boolean keepsDisk) {
    SimulatedNode now = running.remove(node);
    if (now == null) {
      return;
    }
    now.stop();
    trace("crash", node, keepsDisk ? "with its disk" : "for good");
    coverage.count(Event.CRASH);
    detect(node, true);
    if (keepsDisk) {
      later(random.nextInt(1_500) * MILLI, () -> restart(node));
    } else {
      // Its id is gone with its disk: what starts in its place is another node, and no member.
      gone.add(node);
      membership.gone(node);
      later(random.nextInt(1_000) * MILLI, this::tellGone);
      coverage.count(Event.DISK_LOST);
      Configuration served = membership.served().configuration();
      if (served.isJoint() && served.hasReplica(node)) {
        coverage.count(Event.DISK_LOST_WHILE_MOVING);
      }
    }
  }

  private void restart(NodeId node) {
    if (!running.containsKey(node) && !gone.contains(node)) {
      try {
        start(node);
      } catch (StorageException e) {
        // Whoever runs the node has it started again.
        coverage.count(Event.START_FAILED);
        later(random.nextInt(1_000) * MILLI, () -> restart(node));
      }
    }
  }

  private void heal() {
    isHealed = true;
    network.heal();
    pausedUntil.clear();
    diskFaults.clear();
    nodes.forEach(this::restart);
    trace("healed");
  }

  /** Runs everything; throws an AssertionError with the last events if something is wrong. */
  void run() {
    int clients = 2 + random.nextInt(5);
    for (int i = 0; i < clients; i++) {
      later(300 * MILLI, () -> workload.client(12));
    }
    int times = isSlow ? 3 : 1;
    later(400 * MILLI, () -> trouble(times * random.nextInt(12)));
    later(400 * MILLI, () -> change(random.nextInt(3) == 0 ? 0 : random.nextInt(times * 60)));
    long healed = times * 6_000L * MILLI;
    runUntil(healed);
    heal();
    membership.settle(survivors());
    finish(5 * LONGEST_SETTLING_SECONDS);
    long settled = settle(healed);
    membership.checkSettled();
    running().forEach(one -> one.peers().checkSettled());
    workload.readEverywhere();
    running().forEach(SimulatedNode::repair);
    long read = settled + 4 * SECOND;
    runUntil(read);
    workload.check();
    if (givesBack()) {
      giveBack(read);
    }
    running().forEach(SimulatedNode::checkAtRest);
    invariants.checkHinted();
  }

  /** Runs until the changes have come to their end, and a little longer; returns when. */
  private long settle(long healed) {
    int seconds = 0;
    do {
      seconds++;
      runUntil(healed + seconds * SECOND);
    } while (seconds < 8 || (seconds < LONGEST_SETTLING_SECONDS && !membership.isSettled()));
    return healed + seconds * SECOND;
  }

  /** Runs until nothing is left over; a last change may be under way still. */
  private void giveBack(long read) {
    long last = read + LONGEST_SETTLING_SECONDS * SECOND;
    long now = read;
    while (now < last && !invariants.isNothingLeftOver()) {
      now += SECOND;
      runUntil(now);
    }
    require(invariants.isNothingLeftOver(), () -> "not everything that was left over went back");
  }

  private void runUntil(long nanos) {
    while (scheduler.runNext(nanos)) {
      // Every event checks what it touches.
    }
  }

  void require(boolean isTrue, Supplier<String> what) {
    if (!isTrue) {
      StringBuilder text = new StringBuilder(what.get());
      trace.forEach(
          traced ->
              text.append('\n').append(traced.atNanos() / 1_000).append(" us ").append(traced));
      throw new AssertionError(text.toString());
    }
  }

  /** Stands for every event that was remembered, in its order and at its time. */
  long fingerprint() {
    return fingerprint;
  }

  /** Remembers an event, in words that are found only if they are needed. */
  void trace(Object... words) {
    fingerprint = 31 * (31 * fingerprint + nowNanos()) + Arrays.hashCode(words);
    if (trace.size() == TRACE) {
      trace.removeFirst();
    }
    trace.addLast(new Traced(nowNanos(), List.of(words)));
  }

  private record Traced(long atNanos, List<Object> words) {
    @Override
    public String toString() {
      return words.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
  }
}
