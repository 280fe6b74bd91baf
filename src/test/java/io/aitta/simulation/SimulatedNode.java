package io.aitta.simulation;

import io.aitta.handoff.HintBook;
import io.aitta.handoff.HintLimits;
import io.aitta.liveness.LivenessSettings;
import io.aitta.liveness.PeerLiveness;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.LinkSequences;
import io.aitta.replica.NodeMetadata;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StoredHint;
import java.time.Duration;
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
  private final ReplicaState state;
  private final HybridClock clock;
  private final LinkSequences sequences = new LinkSequences();
  private final HintBook book =
      new HintBook(new HintLimits(1000, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1)));
  private final Map<NodeId, PeerLiveness> peers = new HashMap<>();
  private final Map<NodeId, Incarnation> runs = new HashMap<>();
  private final Map<Packet, ReplicaRequest> batch = new LinkedHashMap<>();
  private final Map<Long, Consumer<Packet>> waiting = new HashMap<>();
  private long lastId;
  private long lastSequence;
  private boolean isRunning = true;

  SimulatedNode(Simulation world, NodeId self, StorageEngine engine, int startCounter)
      throws StorageException {
    this.world = world;
    this.self = self;
    this.engine = engine;
    this.incarnation = Incarnation.of(startCounter, startCounter);
    this.state =
        new ReplicaState(
            engine,
            new EntryLimits(Key.MAX_KEY_BYTES, Integer.MAX_VALUE),
            new AppliedVersions(world.rememberedVersions(), Duration.ofSeconds(10).toNanos()),
            Map.of());
    var stored = engine.readMetadata(NodeMetadata.CEILINGS);
    Ceilings ceilings =
        stored == null
            ? new Ceilings(HybridTime.ZERO, HybridTime.ZERO)
            : NodeMetadata.decodeCeilings(stored);
    this.clock = new HybridClock(ceilings.issued(), ceilings.exempt(), Simulation.BOUND_MILLIS);
    countHints();
    for (NodeId other : world.nodes()) {
      if (!other.equals(self)) {
        peers.put(other, new PeerLiveness(LIVENESS, world.nowNanos()));
      }
    }
    runs.put(self, incarnation);
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
      world.send(
          new Packet(self, incarnation, peer, Incarnation.UNKNOWN, 0, readClock(), 0, null, null));
      if (peers.get(peer).state() == PeerState.ALIVE && book.due(world.nowNanos()).contains(peer)) {
        deliverHints(peer);
      }
    }
    world.at(self, 100 * MILLI, this::tick);
  }

  /** Sends a request to a replica, this node's own included, and hears at most one answer. */
  void ask(NodeId to, Incarnation expected, ReplicaRequest request, Consumer<Packet> answer) {
    long id = ++lastId;
    waiting.put(id, answer);
    world.send(
        new Packet(
            self, incarnation, to, expected, ++lastSequence, readClock(), id, request, null));
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
    if (packet.request() != null) {
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
    List<ReplicaRequest> requests = List.copyOf(batch.values());
    Map<Key, Entry> before = world.invariants().before(self, requests);
    List<ReplicaReply> replies =
        state
            .handle(
                requests,
                new ReplicaContext(
                    self,
                    world.configurations(),
                    now().millis(),
                    Simulation.BOUND_MILLIS,
                    world.nowNanos()))
            .replies();
    world.invariants().served(self, before, requests, replies);
    int i = 0;
    for (Packet packet : batch.keySet()) {
      reply(packet, replies.get(i++));
    }
    if (batch.size() > 1) {
      world.coverage().count(Event.BATCHED);
    }
    batch.clear();
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
            reply));
  }

  /** Keeps a hint, as the replica does for handoff. */
  boolean keepHint(NodeId target, Key key, Entry entry) {
    long bytes = (long) key.encodedSize() + entry.value().size();
    if (!book.reserve(target, bytes)) {
      return false;
    }
    try {
      Entry before = engine.readHint(target, key);
      if (before == null || entry.version().isNewerThan(before.version())) {
        engine.write(List.of(new Mutation.PutHint(target, key, entry)), Durability.POLICY);
        countHints();
      }
      book.release(target, bytes);
      world.coverage().count(Event.HINT_KEPT);
      return true;
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private void countHints() throws StorageException {
    book.forgetStored();
    for (var count : engine.hintCounts()) {
      book.recordStored(count.target(), count.hints(), count.bytes());
    }
  }

  private void deliverHints(NodeId target) {
    try {
      for (StoredHint hint : engine.hints(target, null, 8)) {
        Configuration configuration = world.configurations().configurationOf(hint.key());
        ask(
            target,
            runs.getOrDefault(target, Incarnation.UNKNOWN),
            new ReplicaRequest.Write(
                hint.key(), configuration.epoch(), hint.entry(), WriteOrigin.HINT),
            answer -> hintAnswered(hint, answer));
      }
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private void hintAnswered(StoredHint hint, Packet answer) {
    if (!(answer.reply() instanceof ReplicaReply.Wrote)) {
      book.recordFailed(hint.target(), world.nowNanos());
      return;
    }
    try {
      Entry before = engine.readHint(hint.target(), hint.key());
      if (before != null && !before.version().isNewerThan(hint.entry().version())) {
        engine.write(
            List.of(new Mutation.RemoveHint(hint.target(), hint.key())), Durability.POLICY);
        countHints();
        world.coverage().count(Event.HINT_DELIVERED);
      }
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }
}
