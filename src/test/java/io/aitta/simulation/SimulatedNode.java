package io.aitta.simulation;

import io.aitta.liveness.LivenessSettings;
import io.aitta.liveness.PeerLiveness;
import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteResult;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.partition.PartitionSuccession;
import io.aitta.partition.SuccessionStep;
import io.aitta.repair.ReplicaTrees;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Horizons;
import io.aitta.replica.LinkSequences;
import io.aitta.replica.NodeMetadata;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.replica.StoredPartitions;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of one node: the same decision classes that the actors use, joined by a virtual
 * scheduler. What a crash loses is this object; what it keeps is the engine.
 */
final class SimulatedNode {
  private static final long MILLI = 1_000_000;
  private static final LivenessSettings LIVENESS =
      new LivenessSettings(Duration.ofMillis(400), Duration.ofMillis(1200), 3);

  private final Simulation world;
  private final NodeId self;
  private final StorageEngine engine;
  private final Incarnation incarnation;
  private final Horizons horizons;
  private final ReplicaState state;
  private final HybridClock clock;
  private final LinkSequences sequences = new LinkSequences();
  private final Map<NodeId, PeerLiveness> peers = new HashMap<>();
  private final PartitionSuccession succession;
  private final SimulatedLoading loading;
  private final SimulatedHints hints;
  private final SimulatedTombstones tombstones;
  private final @Nullable SimulatedAntiEntropy antiEntropy; // null if nothing is compared
  private final Map<NodeId, Epoch> loaded = new HashMap<>(); // what the others said
  private PartitionState durable;
  private ConfigurationTable configurations;
  private final Map<NodeId, Incarnation> runs = new HashMap<>();
  private final Map<Packet, ReplicaRequest> batch = new LinkedHashMap<>();
  private final Map<Long, Consumer<Packet>> waiting = new HashMap<>();
  private long lastId;
  private long lastSequence;
  private long lastWrite;
  private boolean isRunning = true;

  SimulatedNode(Simulation world, NodeId self, StorageEngine disk, int startCounter)
      throws StorageException {
    ReplicaTrees trees = new ReplicaTrees(Duration.ofSeconds(8).toNanos());
    this.world = world;
    this.self = self;
    this.engine = new SimulatedDisk(disk, trees);
    this.incarnation = Incarnation.of(startCounter, startCounter);
    this.horizons = Horizons.read(disk, 1);
    this.state =
        new ReplicaState(
            this.engine,
            new EntryLimits(Key.MAX_KEY_BYTES, Integer.MAX_VALUE),
            new AppliedVersions(world.rememberedVersions(), Duration.ofSeconds(10).toNanos()),
            Map.of(),
            readLoaded(disk),
            world.makes(Mistake.HORIZONS_ARE_IGNORED) ? new Horizons() : horizons);
    Bytes known = disk.readMetadata(StoredPartitions.name(Simulation.PARTITION));
    this.succession =
        new PartitionSuccession(
            self,
            known == null
                ? PartitionState.first(world.firstConfiguration())
                : remembered(StoredPartitions.decode(known)));
    this.durable = succession.state();
    this.configurations = table(durable);
    var stored = disk.readMetadata(NodeMetadata.CEILINGS);
    Ceilings ceilings =
        stored == null
            ? new Ceilings(HybridTime.ZERO, HybridTime.ZERO)
            : NodeMetadata.decodeCeilings(stored);
    this.clock = new HybridClock(ceilings.issued(), ceilings.exempt(), Simulation.BOUND_MILLIS);
    this.hints = new SimulatedHints(world, this);
    this.loading = new SimulatedLoading(world, this);
    this.tombstones = new SimulatedTombstones(world, this);
    Duration interval = world.comparisonInterval();
    this.antiEntropy =
        interval == null ? null : new SimulatedAntiEntropy(world, this, trees, interval);
    for (NodeId other : world.nodes()) {
      if (!other.equals(self)) {
        peers.put(other, new PeerLiveness(LIVENESS, world.nowNanos()));
      }
    }
    runs.put(self, incarnation);
    tick();
  }

  private PartitionState remembered(PartitionState stored) {
    return world.makes(Mistake.CONFIGURATIONS_ARE_FORGOTTEN)
        ? PartitionState.first(world.firstConfiguration())
        : stored;
  }

  private static Map<PartitionId, Epoch> readLoaded(StorageEngine engine) throws StorageException {
    Bytes stored = engine.readMetadata(StoredPartitions.LOADED);
    return stored == null ? Map.of() : StoredPartitions.decodeLoaded(stored);
  }

  private ConfigurationTable table(PartitionState state) {
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(world.firstConfiguration()))
        .with(state.installed().configuration(), state.isServed());
  }

  /** The newest configuration that this node stored. */
  Configuration configuration() {
    return configurations.configuration(Simulation.PARTITION);
  }

  /** What this node knows of configurations. */
  ConfigurationTable configurations() {
    return configurations;
  }

  Set<NodeId> alive() {
    Set<NodeId> alive = new HashSet<>(runs.keySet());
    alive.removeAll(dead());
    return alive;
  }

  /** Whether a node said that it loaded a joint configuration. */
  boolean hasLoaded(NodeId node, Epoch epoch) {
    if (world.makes(Mistake.JOINERS_COUNT_BEFORE_THEY_LOADED)) {
      return true;
    }
    return node.equals(self)
        ? state.isLoaded(Simulation.PARTITION, epoch)
        : epoch.equals(loaded.get(node));
  }

  SimulatedHints hints() {
    return hints;
  }

  ReplicaState state() {
    return state;
  }

  /** Whether this node may drop by a configuration. */
  boolean mayTakePart(DeadRecords records, Epoch epoch) {
    return records.mayTakePart(configurations, Simulation.PARTITION, epoch);
  }

  Horizons horizons() {
    return horizons;
  }

  /** Whether this node is to hold what it has not loaded yet. */
  boolean isNewcomer() {
    Configuration now = configuration();
    return now.isJoint()
        && !now.members().contains(self)
        && !state.isLoaded(Simulation.PARTITION, now.epoch());
  }

  /** Has this node's replica compared with all others' now. */
  void repair() {
    if (antiEntropy != null) {
      antiEntropy.repair();
    }
  }

  boolean isServed() {
    return configurations.isServed(Simulation.PARTITION);
  }

  void propose(Configuration successor) {
    if (isRunning) {
      perform(succession.propose(successor, world.nowNanos() / MILLI));
    }
  }

  /** Makes what it knows of the configuration durable, then says what follows from it. */
  private void perform(SuccessionStep step) {
    world.require(succession.conflict() == null, () -> "conflict: " + succession.conflict());
    PartitionState before = durable;
    if (!step.state().equals(before)) {
      flush(); // what was taken up before is judged by what was known then
      try {
        state.install(
            world.makes(Mistake.LEFTOVERS_ARE_KEPT) ? NodeId.NONE : self, List.of(step.state()));
      } catch (StorageException e) {
        throw new IllegalStateException(e);
      }
      durable = step.state();
      configurations = table(durable);
      world.membership().stored(self, durable);
    }
    step.sends().forEach(message -> send(message.to(), message));
  }

  void send(NodeId to, WireMessage message) {
    world.send(
        new Packet(
            self,
            incarnation,
            to,
            Incarnation.UNKNOWN,
            0,
            readClock(),
            0,
            null,
            null,
            message,
            null));
  }

  NodeId self() {
    return self;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  StorageEngine engine() {
    return engine;
  }

  void stop() {
    isRunning = false;
  }

  boolean isRunning() {
    return isRunning;
  }

  private long physicalMillis() {
    return world.physicalMillis(self);
  }

  HybridTime readClock() {
    return clock.read(physicalMillis());
  }

  HybridTime now() {
    return clock.now(physicalMillis());
  }

  private void raiseCeilings() throws StorageException {
    HybridTime wanted =
        HybridTime.ofMillis(
            Math.max(physicalMillis(), clock.last().millis()) + Simulation.BOUND_MILLIS / 4);
    HybridTime exempt = clock.exemptCeiling().max(HybridTime.ofMillis(world.exemptMillis()));
    engine.write(
        List.of(
            new Mutation.PutMetadata(
                NodeMetadata.CEILINGS, NodeMetadata.encodeCeilings(new Ceilings(wanted, exempt)))),
        Durability.ALWAYS);
    clock.raiseCeiling(wanted);
    clock.raiseExemptCeiling(exempt);
  }

  @Nullable Version issue() {
    long now = physicalMillis();
    return clock.canIssue(now) ? new Version(clock.issue(now), self) : null;
  }

  /** A version above one that a replica holds, as the node's clock gives it. */
  @Nullable Restamp issueAbove(Version held) {
    if (clock.observe(held.time(), physicalMillis())) {
      Version version = issue();
      return version == null ? null : new Restamp(version, false);
    }
    HybridTime exempt = clock.issueExempt(held.time());
    return exempt == null ? null : new Restamp(new Version(exempt, self), true);
  }

  Set<NodeId> dead() {
    Set<NodeId> dead = new HashSet<>();
    peers.forEach(
        (peer, liveness) -> {
          if (!liveness.state().isAsked() || !runs.containsKey(peer)) {
            dead.add(peer);
          }
        });
    return dead;
  }

  Map<NodeId, Incarnation> runs() {
    return Map.copyOf(runs);
  }

  private void tick() {
    if (!isRunning) {
      return;
    }
    try {
      raiseCeilings();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
    for (NodeId peer : peers.keySet()) {
      peers.get(peer).tick(world.nowNanos());
      greet(peer);
      if (peers.get(peer).state() == PeerState.ALIVE) {
        hints.deliver(peer);
      }
    }
    perform(succession.tick(world.nowNanos() / MILLI));
    loading.load();
    tombstones.proceed();
    if (antiEntropy != null) {
      antiEntropy.proceed();
    }
    world.at(self, 100 * MILLI, this::tick);
  }

  /** Says that it lives, what it acts on, and what it has loaded. */
  private void greet(NodeId peer) {
    Succession installed = durable.installed();
    world.send(
        new Packet(
            self,
            incarnation,
            peer,
            Incarnation.UNKNOWN,
            0,
            readClock(),
            0,
            null,
            null,
            durable.isServed() && installed.epoch().isNewerThan(Epoch.FIRST)
                ? new SuccessionMessage.Install(self, peer, installed, true)
                : null,
            state.isLoaded(Simulation.PARTITION, installed.epoch())
                ? installed.epoch()
                : Epoch.NONE));
  }

  /** Sends a request to a replica, this node's own included, and hears at most one answer. */
  void ask(NodeId to, Incarnation expected, ReplicaRequest request, Consumer<Packet> answer) {
    long id = ++lastId;
    waiting.put(id, answer);
    world.send(
        new Packet(
            self,
            incarnation,
            to,
            expected,
            ++lastSequence,
            readClock(),
            id,
            request,
            null,
            null,
            null));
  }

  void receive(Packet packet) {
    if (!isRunning) {
      return;
    }
    PeerLiveness peer = peers.get(packet.from());
    Incarnation known = runs.get(packet.from());
    if (peer != null
        && (known == null || packet.fromIncarnation().startCounter() >= known.startCounter())) {
      runs.put(packet.from(), packet.fromIncarnation());
      peer.heard(world.nowNanos());
    }
    clock.observe(packet.time(), physicalMillis());
    if (packet.loaded() != null) {
      loaded.put(packet.from(), packet.loaded());
    }
    if (packet.message() instanceof SuccessionMessage message) {
      perform(succession.received(message, world.nowNanos() / MILLI));
    } else if (packet.message() instanceof CopyRequest asked) {
      loading.pageAsked(asked);
    } else if (packet.message() instanceof CopyPage page) {
      loading.pageArrived(page);
    } else if (packet.message() instanceof TombstoneMessage message) {
      tombstones.received(message);
    } else if (packet.message() instanceof AntiEntropyMessage message && antiEntropy != null) {
      antiEntropy.received(message);
    } else if (packet.request() != null) {
      serve(packet, packet.request());
    } else if (packet.reply() != null && packet.toIncarnation().equals(incarnation)) {
      Consumer<Packet> answer = waiting.remove(packet.id());
      if (answer != null) {
        answer.accept(packet);
      }
    }
  }

  /** Takes a request up: what comes within the batch's time is carried out together. */
  private void serve(Packet packet, ReplicaRequest request) {
    if (!packet.toIncarnation().equals(incarnation)) {
      reply(packet, ReplicaReply.Refused.of(RefusalReason.WRONG_INCARNATION));
    } else if (!sequences.admit(packet.from(), packet.fromIncarnation(), packet.sequence())) {
      world.coverage().count(Event.DUPLICATE_DROPPED);
    } else {
      batch.put(packet, request);
      if (batch.size() == 1) {
        world.at(self, world.batchNanos(), this::flush);
      }
    }
  }

  private void flush() {
    if (!isRunning) {
      return;
    }
    List<ReplicaReply> replies =
        world.makes(Mistake.ACKNOWLEDGED_BEFORE_STORED)
            ? pretend(List.copyOf(batch.values()))
            : carryOut(List.copyOf(batch.values()));
    int i = 0;
    for (Packet packet : batch.keySet()) {
      ReplicaReply reply = replies.get(i++);
      if (reply instanceof ReplicaReply.Refused refused && refused.newer() != null) {
        world.coverage().count(Event.MOVED);
      } else if (reply instanceof ReplicaReply.Refused refused
          && refused.reason() == RefusalReason.IN_QUESTION) {
        world.coverage().count(Event.IN_QUESTION);
      } else if (reply instanceof ReplicaReply.Wrote wrote
          && wrote.result() == WriteResult.BELOW_HORIZON) {
        world.coverage().count(Event.BELOW_HORIZON);
      } else if (reply instanceof ReplicaReply.Wrote && configuration().isJoint()) {
        world.coverage().count(Event.JOINT_WRITE);
      }
      reply(packet, reply);
    }
    if (batch.size() > 1) {
      world.coverage().count(Event.BATCHED);
    }
    batch.clear();
  }

  List<ReplicaReply> carryOut(List<ReplicaRequest> asked) {
    List<ReplicaRequest> requests =
        world.makes(Mistake.OLD_EPOCHS_ARE_SERVED)
            ? asked.stream().map(request -> Mistake.withEpoch(request, configuration())).toList()
            : asked;
    Map<Key, Entry> before = world.invariants().before(self, requests);
    List<ReplicaReply> replies =
        state
            .handle(
                requests,
                new ReplicaContext(
                    self,
                    configurations,
                    now().millis(),
                    Simulation.BOUND_MILLIS,
                    world.nowNanos()))
            .replies();
    world.invariants().served(self, before, requests, replies);
    return replies;
  }

  /** Every tenth write is lost in the disk's cache. */
  private List<ReplicaReply> pretend(List<ReplicaRequest> requests) {
    List<ReplicaReply> replies = new ArrayList<>();
    for (ReplicaRequest request : requests) {
      replies.add(
          request instanceof ReplicaRequest.Write && ++lastWrite % 10 == 0
              ? new ReplicaReply.Wrote(WriteResult.APPLIED, null)
              : carryOut(List.of(request)).get(0));
    }
    return replies;
  }

  private void reply(Packet packet, ReplicaReply reply) {
    world.send(
        new Packet(
            self,
            incarnation,
            packet.from(),
            packet.fromIncarnation(),
            0,
            readClock(),
            packet.id(),
            null,
            reply,
            null,
            null));
  }
}
