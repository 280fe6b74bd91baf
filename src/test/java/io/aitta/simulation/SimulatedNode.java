package io.aitta.simulation;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.ReplicaTrees;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.Horizons;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashMap;
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

  private final Simulation world;
  private final NodeId self;
  private final StorageEngine engine;
  private final Incarnation incarnation;
  private final SimulatedClock clock;
  private final SimulatedLinks links;
  private final SimulatedPeers peers;
  private final SimulatedReplica replica;
  private final SimulatedSuccession succession;
  private final SimulatedLoading loading;
  private final SimulatedHints hints;
  private final SimulatedTombstones tombstones;
  private final SimulatedLeftovers leftovers;
  private final @Nullable SimulatedAntiEntropy antiEntropy; // null if nothing is compared
  private final Map<NodeId, Epoch> loaded = new HashMap<>(); // what the others said
  private int operations; // that clients have begun here and are not over
  private boolean isRunning = true;

  SimulatedNode(Simulation world, NodeId self, int startCounter) throws StorageException {
    ReplicaTrees trees = new ReplicaTrees(Duration.ofSeconds(8).toNanos());
    this.world = world;
    this.self = self;
    this.engine = new SimulatedDisk(world, self, trees);
    this.incarnation = Incarnation.of(startCounter, startCounter);
    this.clock = new SimulatedClock(world, self, engine);
    clock.raiseCeilings();
    this.links = new SimulatedLinks(world, this);
    this.peers = new SimulatedPeers(world, this);
    this.replica = new SimulatedReplica(world, this, engine);
    this.succession = new SimulatedSuccession(world, this, engine);
    this.hints = new SimulatedHints(world, this);
    this.loading = new SimulatedLoading(world, this);
    this.tombstones = new SimulatedTombstones(world, this);
    this.leftovers = new SimulatedLeftovers(world, this);
    Duration interval = world.comparisonInterval();
    this.antiEntropy =
        interval == null ? null : new SimulatedAntiEntropy(world, this, trees, interval);
    tick();
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

  SimulatedPeers peers() {
    return peers;
  }

  /** Nothing more is expected of a peer. */
  void giveUp(NodeId peer) {
    links.giveUp(peer);
  }

  SimulatedHints hints() {
    return hints;
  }

  SimulatedReplica replica() {
    return replica;
  }

  SimulatedLeftovers leftovers() {
    return leftovers;
  }

  ReplicaState state() {
    return replica.state();
  }

  Horizons horizons() {
    return replica.horizons();
  }

  /** What this node knows of configurations. */
  ConfigurationTable configurations() {
    return succession.configurations();
  }

  /** The newest configuration that this node stored. */
  Configuration configuration() {
    return configurations().configuration(Simulation.PARTITION);
  }

  boolean isServed() {
    return configurations().isServed(Simulation.PARTITION);
  }

  void propose(Configuration successor) {
    if (isRunning) {
      succession.propose(successor);
    }
  }

  /** Whether a node said that it loaded a joint configuration. */
  boolean hasLoaded(NodeId node, Epoch epoch) {
    if (world.makes(Mistake.JOINERS_COUNT_BEFORE_THEY_LOADED)) {
      return true;
    }
    return node.equals(self)
        ? state().isLoaded(Simulation.PARTITION, epoch)
        : epoch.equals(loaded.get(node));
  }

  /** Whether this node may drop by a configuration. */
  boolean mayTakePart(DeadRecords records, Epoch epoch) {
    return records.mayTakePart(configurations(), Simulation.PARTITION, epoch);
  }

  /** Whether this node is to hold what it has not loaded yet. */
  boolean isNewcomer() {
    Configuration now = configuration();
    return now.isJoint()
        && !now.members().contains(self)
        && !state().isLoaded(Simulation.PARTITION, now.epoch());
  }

  /** Has this node's replica compared with all others' now. */
  void repair() {
    if (antiEntropy != null) {
      antiEntropy.repair();
    }
  }

  /** What this node's time must have reached for it to speak for a source. */
  HybridTime awaited(HybridTime ofSource) {
    return clock.awaited(ofSource);
  }

  HybridTime readClock() {
    return clock.read();
  }

  HybridTime now() {
    return clock.now();
  }

  @Nullable Version issue() {
    return clock.issue();
  }

  /** A version above one that a replica holds, as the node's clock gives it. */
  @Nullable Restamp issueAbove(Version held) {
    return clock.issueAbove(held);
  }

  Set<NodeId> alive() {
    return peers.asked();
  }

  Set<NodeId> dead() {
    return peers.dead();
  }

  Map<NodeId, Incarnation> runs() {
    return peers.runs();
  }

  private void tick() {
    if (!isRunning) {
      return;
    }
    raiseCeilings();
    links.sweep();
    for (NodeId peer : peers.others()) {
      peers.tick(peer);
      greet(peer);
    }
    hints.deliver();
    succession.tick();
    loading.load();
    tombstones.proceed();
    leftovers.proceed();
    if (antiEntropy != null) {
      antiEntropy.proceed();
    }
    hints.checkBounds();
    checkMemory();
    world.at(self, 100 * MILLI, this::tick);
  }

  /** What it remembers is bounded, whatever happens. */
  private void checkMemory() {
    long nodes = world.nodes().size();
    world
        .invariants()
        .bounded(self, "requests in flight", links.waiting(), nodes * world.maxRequests());
    world
        .invariants()
        .bounded(
            self, "unsent decisions", succession.unsent(), SimulatedSuccession.MAX_UNSENT + nodes);
    world
        .invariants()
        .bounded(
            self, "dead records in a proof", tombstones.proving(), SimulatedTombstones.MAX_RECORDS);
    replica.checkMemory();
  }

  /** When the clients have stopped and nothing goes wrong any more, nothing is waited for. */
  void checkAtRest() {
    world
        .invariants()
        .bounded(self, "ms that a request waits at rest", links.longestMillis(), 1_200);
    world.invariants().bounded(self, "operations at rest", operations, 0);
    world.invariants().bounded(self, "unsent decisions at rest", succession.unsent(), 0);
    hints.checkAtRest();
  }

  /** A client's operation begins on this node, or is over here. */
  void recordOperations(int more) {
    operations += more;
  }

  private void raiseCeilings() {
    try {
      clock.raiseCeilings();
    } catch (StorageException e) {
      world.trace(self, "issues no versions above its ceiling"); // until the next tick
    }
  }

  /** Says that it lives, what it acts on, and what it has loaded. */
  private void greet(NodeId peer) {
    Epoch installed = succession.installed().epoch();
    links.send(
        peer,
        succession.greeting(peer),
        state().isLoaded(Simulation.PARTITION, installed) ? installed : Epoch.NONE);
  }

  void send(NodeId to, WireMessage message) {
    links.send(to, message, null);
  }

  /** Sends a request to a replica, this node's own included, and hears at most one answer. */
  void ask(NodeId to, Incarnation expected, ReplicaRequest request, Consumer<Packet> answer) {
    links.ask(to, expected, request, answer);
  }

  void reply(Packet packet, ReplicaReply reply) {
    links.reply(packet, reply);
  }

  void receive(Packet packet) {
    if (!isRunning) {
      return;
    }
    peers.heard(packet.from(), packet.fromIncarnation());
    clock.observe(packet.time());
    if (packet.loaded() != null) {
      loaded.put(packet.from(), packet.loaded());
    }
    take(packet);
    checkMemory();
  }

  private void take(Packet packet) {
    if (packet.message() instanceof SuccessionMessage message) {
      succession.received(message);
    } else if (packet.message() instanceof CopyRequest asked) {
      loading.pageAsked(asked);
    } else if (packet.message() instanceof CopyPage page) {
      loading.pageArrived(page);
    } else if (packet.message() instanceof TombstoneMessage message) {
      tombstones.received(message);
    } else if (packet.message() instanceof AntiEntropyMessage message && antiEntropy != null) {
      antiEntropy.received(message);
    } else if (packet.request() != null) {
      replica.serve(packet, packet.request());
    } else if (packet.reply() != null && packet.toIncarnation().equals(incarnation)) {
      links.replied(packet);
    }
  }

  List<ReplicaReply> carryOut(List<ReplicaRequest> requests) {
    return replica.carryOut(requests);
  }
}
