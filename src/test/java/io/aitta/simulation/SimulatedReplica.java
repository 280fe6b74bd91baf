package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteResult;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Horizons;
import io.aitta.replica.LinkSequences;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.replica.StoredPartitions;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A simulated node's copies: takes up requests, and carries them out in batches. */
final class SimulatedReplica {
  private static final int MAX_BATCH = 16;

  private final Simulation world;
  private final SimulatedNode node;
  private final AppliedVersions memory;
  private final Horizons horizons;
  private final ReplicaState state;
  private final LinkSequences sequences = new LinkSequences();
  private final Map<Packet, ReplicaRequest> batch = new LinkedHashMap<>();
  private long lastWrite;

  SimulatedReplica(Simulation world, SimulatedNode node, StorageEngine engine)
      throws StorageException {
    this.world = world;
    this.node = node;
    this.memory = new AppliedVersions(world.rememberedVersions(), Duration.ofSeconds(10).toNanos());
    this.horizons = Horizons.read(engine, 1);
    this.state =
        new ReplicaState(
            engine,
            new EntryLimits(Key.MAX_KEY_BYTES, Integer.MAX_VALUE),
            memory,
            Map.of(),
            readLoaded(engine),
            world.makes(Mistake.HORIZONS_ARE_IGNORED) ? new Horizons() : horizons);
  }

  private static Map<PartitionId, Epoch> readLoaded(StorageEngine engine) throws StorageException {
    Bytes stored = engine.readMetadata(StoredPartitions.LOADED);
    return stored == null ? Map.of() : StoredPartitions.decodeLoaded(stored);
  }

  ReplicaState state() {
    return state;
  }

  Horizons horizons() {
    return horizons;
  }

  /** Takes a request up: what comes within the batch's time is carried out together. */
  void serve(Packet packet, ReplicaRequest request) {
    if (!packet.toIncarnation().equals(node.incarnation())) {
      node.reply(packet, ReplicaReply.Refused.of(RefusalReason.WRONG_INCARNATION));
    } else if (!sequences.admit(packet.from(), packet.fromIncarnation(), packet.sequence())) {
      world.coverage().count(Event.DUPLICATE_DROPPED);
    } else {
      batch.put(packet, request);
      if (batch.size() == MAX_BATCH) {
        flush();
      } else if (batch.size() == 1) {
        world.at(node.self(), world.batchNanos(), this::flush);
      }
    }
  }

  /** What it remembers is bounded. */
  void checkMemory() {
    int nodes = world.nodes().size();
    world
        .invariants()
        .bounded(node.self(), "overwritten versions", memory.size(), world.rememberedVersions());
    world.invariants().bounded(node.self(), "links", sequences.links(), nodes);
    world.invariants().bounded(node.self(), "requests in a batch", batch.size(), MAX_BATCH);
  }

  /** Carries out what was taken up. */
  void flush() {
    if (!node.isRunning()) {
      return;
    }
    List<ReplicaReply> replies =
        world.makes(Mistake.ACKNOWLEDGED_BEFORE_STORED)
            ? pretend(List.copyOf(batch.values()))
            : carryOut(List.copyOf(batch.values()));
    int i = 0;
    for (Packet packet : batch.keySet()) {
      ReplicaReply reply = replies.get(i++);
      count(reply);
      node.reply(packet, reply);
    }
    if (batch.size() > 1) {
      world.coverage().count(Event.BATCHED);
    }
    batch.clear();
  }

  private void count(ReplicaReply reply) {
    if (reply instanceof ReplicaReply.Refused refused && refused.newer() != null) {
      world.coverage().count(Event.MOVED);
    } else if (reply instanceof ReplicaReply.Refused refused
        && refused.reason() == RefusalReason.IN_QUESTION) {
      world.coverage().count(Event.IN_QUESTION);
    } else if (reply instanceof ReplicaReply.Wrote wrote
        && wrote.result() == WriteResult.BELOW_HORIZON) {
      world.coverage().count(Event.BELOW_HORIZON);
    } else if (reply instanceof ReplicaReply.Wrote && node.configuration().isJoint()) {
      world.coverage().count(Event.JOINT_WRITE);
    }
  }

  /** Carries out requests as one batch, and has what came of it checked. */
  List<ReplicaReply> carryOut(List<ReplicaRequest> asked) {
    List<ReplicaRequest> requests =
        world.makes(Mistake.OLD_EPOCHS_ARE_SERVED)
            ? asked.stream()
                .map(request -> Mistake.withEpoch(request, node.configuration()))
                .toList()
            : asked;
    Map<Key, Entry> before = world.invariants().before(node.self(), requests);
    List<ReplicaReply> replies =
        state
            .handle(
                requests,
                new ReplicaContext(
                    node.self(),
                    node.configurations(),
                    node.now().millis(),
                    Simulation.BOUND_MILLIS,
                    world.nowNanos()))
            .replies();
    world.invariants().served(node.self(), before, requests, replies);
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
}
