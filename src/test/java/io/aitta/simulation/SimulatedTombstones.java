package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Incarnation;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.TombstoneProof;
import io.aitta.repair.TombstoneProof.Phase;
import io.aitta.replica.DeadRecords;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a simulated node has what is dead dropped, and drops it. */
final class SimulatedTombstones {
  static final int MAX_RECORDS = 10;
  private static final long MIN_AGE_MILLIS =
      SimulatedRequest.TIMEOUT_NANOS / 1_000_000 + Simulation.BOUND_MILLIS;

  private final Simulation world;
  private final SimulatedNode node;
  private final DeadRecords records;
  private @Nullable TombstoneProof proof;
  private long proofId;

  SimulatedTombstones(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
    this.proofId = node.incarnation().value();
    this.records =
        new DeadRecords(
            node.self(),
            node.engine(),
            node.horizons(),
            world.makes(Mistake.TOMBSTONES_ARE_DROPPED_EARLY) ? 0 : MIN_AGE_MILLIS);
  }

  /** How many records are to be proven to be held by all. */
  int proving() {
    return proof == null ? 0 : proof.dead().size();
  }

  /** Looks for what is dead, or goes on with the proof that is under way. */
  void proceed() {
    Configuration configuration = node.configuration();
    if (proof != null && (isVoid(proof, configuration) || proof.phase() == Phase.OVER)) {
      proof = null;
    }
    if (proof == null) {
      look(configuration);
    }
    TombstoneProof now = proof;
    if (now != null) {
      now.due(world.nowNanos()).forEach(member -> send(now, member));
    }
  }

  private boolean isVoid(TombstoneProof now, Configuration configuration) {
    return !now.configuration().epoch().equals(configuration.epoch())
        && !world.makes(Mistake.PROOFS_OUTLIVE_THEIR_CONFIGURATION);
  }

  private void look(Configuration configuration) {
    if (configuration.isJoint() || !configuration.members().contains(node.self())) {
      return;
    }
    boolean isEarly = world.makes(Mistake.TOMBSTONES_ARE_DROPPED_EARLY);
    try {
      List<KeyVersion> dead =
          node.engine()
              .dead(
                  Simulation.PARTITION,
                  node.now().millis() - (isEarly ? 100 : MIN_AGE_MILLIS),
                  MAX_RECORDS);
      if (!dead.isEmpty()) {
        proof =
            new TombstoneProof(
                isEarly
                    ? Configuration.stable(
                        configuration.partition(), configuration.epoch(), List.of(node.self()))
                    : configuration,
                dead,
                isEarly ? 0 : SimulatedRequest.TIMEOUT_NANOS / 10 * 11);
        proofId++;
      }
    } catch (StorageException e) {
      world.trace(node.self(), "could not look for what is dead");
    }
  }

  private void send(TombstoneProof now, NodeId member) {
    Configuration configuration = now.configuration();
    ComparisonHeader header =
        new ComparisonHeader(
            proofId,
            0,
            node.self(),
            node.incarnation(),
            member,
            configuration.partition(),
            configuration.epoch());
    send(
        now.phase() == Phase.ASKING
            ? new TombstoneMessage.Asked(header, now.dead())
            : new TombstoneMessage.Drop(header, now.proven()));
  }

  private void send(TombstoneMessage message) {
    if (message.header().to().equals(node.self())) {
      received(message);
    } else {
      node.send(message.header().to(), message);
    }
  }

  void received(TombstoneMessage message) {
    ComparisonHeader header = message.header();
    if (message instanceof TombstoneMessage.Confirmed confirmed) {
      node.leftovers().recordConfirmed(confirmed);
    }
    if (message instanceof TombstoneMessage.Asked asked) {
      send(new TombstoneMessage.Confirmed(header.answeredBy(node.incarnation()), confirm(asked)));
    } else if (message instanceof TombstoneMessage.Drop drop) {
      send(new TombstoneMessage.Dropped(header.answeredBy(node.incarnation()), drop(drop)));
    } else if (proof != null
        && header.id() == proofId
        && header.epoch().equals(proof.configuration().epoch())) {
      if (message instanceof TombstoneMessage.Confirmed confirmed) {
        proof.recordConfirmed(header.from(), confirmed.held(), world.nowNanos());
        give(header.from(), proof);
      } else {
        proof.recordDropped(header.from());
      }
    }
  }

  private boolean mayTakePart(ComparisonHeader header) {
    return world.makes(Mistake.PROOFS_OUTLIVE_THEIR_CONFIGURATION)
        || node.mayTakePart(records, header.epoch());
  }

  private Bytes confirm(TombstoneMessage.Asked asked) {
    try {
      return mayTakePart(asked.header())
          ? records.confirm(Simulation.PARTITION, asked.dead())
          : Bytes.EMPTY;
    } catch (StorageException e) {
      return Bytes.EMPTY;
    }
  }

  private boolean drop(TombstoneMessage.Drop drop) {
    if (!mayTakePart(drop.header())) {
      return false;
    }
    try {
      for (KeyVersion one : drop.dead()) {
        drop(one);
      }
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  private void drop(KeyVersion one) throws StorageException {
    boolean wasHeld = isHeld(one);
    try {
      records.drop(Simulation.PARTITION, List.of(one), node.now().millis());
    } finally {
      if (wasHeld && !isHeld(one)) { // maybe by a write that was said to have failed
        world.coverage().count(Event.DROPPED);
        world.trace(node.self(), "dropped", one);
        world.invariants().dropped(one);
      }
    }
  }

  private boolean isHeld(KeyVersion one) throws StorageException {
    return world.disk(node.self()).read(Simulation.PARTITION, one.key()) != null;
  }

  private void give(NodeId member, TombstoneProof now) {
    for (KeyVersion one : now.missing(member)) {
      try {
        Entry entry = node.engine().read(Simulation.PARTITION, one.key());
        if (entry != null) {
          node.ask(
              member,
              node.runs().getOrDefault(member, Incarnation.UNKNOWN),
              new ReplicaRequest.Write(
                  one.key(), now.configuration().epoch(), entry, WriteOrigin.REPAIR),
              unused -> {});
        }
      } catch (StorageException e) {
        world.trace(node.self(), "could not give", one);
      }
    }
  }
}
