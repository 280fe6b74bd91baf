package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Incarnation;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.LeftoverOffer;
import io.aitta.repair.LeftoverRemoval;
import io.aitta.repair.LeftoverSchedule;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.time.Duration;

/** How a simulated node gives back what it holds of its earlier stays in the partition. */
final class SimulatedLeftovers {
  private static final int SHORTEST_INTERVAL_MILLIS = 200;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(1);

  private final Simulation world;
  private final SimulatedNode node;
  private final LeftoverSchedule schedule;
  private long lastId; // below zero, where no proof's is

  SimulatedLeftovers(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
    this.lastId = Long.MIN_VALUE + node.incarnation().value();
    this.schedule =
        new LeftoverSchedule(
            node.self(),
            node.incarnation(),
            Duration.ofMillis(SHORTEST_INTERVAL_MILLIS + world.random().nextInt(1_500)),
            PAGE_TIMEOUT,
            world.random().nextInt(),
            world.nowNanos());
  }

  /** Goes on with the page, or begins one. */
  void proceed() {
    if (!world.givesBack()) {
      return;
    }
    if (schedule.isUnderWay()) {
      LeftoverRemoval removal = schedule.end(node.configurations(), world.nowNanos());
      if (removal != null) {
        // The replica may be busy.
        world.at(node.self(), world.batchNanos(), () -> remove(removal));
      }
      return;
    }
    PartitionId space =
        schedule.next(node.configurations(), node.alive()::contains, world.nowNanos());
    while (space != null) {
      begin(space, node.configuration());
      space = schedule.next(node.configurations(), node.alive()::contains, world.nowNanos());
    }
  }

  private void begin(PartitionId space, Configuration configuration) {
    try {
      ScanPage scanned = node.engine().scan(space, null, 1 + world.random().nextInt(5), 1_000_000);
      if (!scanned.entries().isEmpty()) {
        schedule
            .begin(
                space,
                configuration,
                scanned.entries().stream()
                    .map(one -> KeyVersion.of(one.key(), one.entry()))
                    .toList(),
                scanned.corrupt(),
                ++lastId,
                world.nowNanos())
            .forEach(question -> node.send(question.header().to(), question));
      }
    } catch (StorageException e) {
      world.trace(node.self(), "could not read what is left over");
    }
  }

  /** Records what a member holds, if the answer is to this page's question. */
  void recordConfirmed(TombstoneMessage.Confirmed confirmed) {
    for (LeftoverOffer offer : schedule.recordConfirmed(confirmed)) {
      try {
        Entry entry = node.engine().read(offer.space(), offer.key());
        if (entry != null) {
          offer(offer, entry);
        }
      } catch (StorageException e) {
        world.trace(node.self(), "could not offer", offer);
      }
    }
  }

  private void offer(LeftoverOffer offer, Entry entry) {
    world.coverage().count(Event.LEFTOVER_OFFERED);
    ReplicaRequest write =
        world.makes(Mistake.LEFTOVERS_ARE_TAKEN_UNASKED)
            ? new ReplicaRequest.Write(offer.key(), offer.epoch(), entry, WriteOrigin.TRANSFER)
            : offer.write(entry);
    node.ask(
        offer.member(),
        node.runs().getOrDefault(offer.member(), Incarnation.UNKNOWN),
        write,
        packet -> {
          if (packet.reply() != null) {
            recordReplied(offer, packet.reply());
          }
        });
  }

  private void recordReplied(LeftoverOffer offer, ReplicaReply reply) {
    world.trace(node.self(), "offered", offer, "and heard", reply);
    if (reply instanceof ReplicaReply.Wrote wrote && wrote.result() == WriteResult.APPLIED) {
      world.coverage().count(Event.LEFTOVER_TAKEN);
    } else if (reply instanceof ReplicaReply.Refused refused
        && refused.reason() == RefusalReason.IN_QUESTION) {
      world.coverage().count(Event.LEFTOVER_DECLINED);
    }
    schedule.recordReplied(offer.round(), reply);
  }

  private void remove(LeftoverRemoval removal) {
    if (!node.configuration().equals(removal.configuration())) {
      return;
    }
    world.invariants().leftoversEnd(node.self(), removal);
    try {
      node.state().removeLeftovers(removal.space(), removal.records(), removal.corrupt());
    } catch (StorageException e) {
      world.trace(node.self(), "could not remove", removal);
      return;
    }
    world.trace(node.self(), "removed", removal);
    world.coverage().count(Event.LEFTOVERS_REMOVED);
  }
}
