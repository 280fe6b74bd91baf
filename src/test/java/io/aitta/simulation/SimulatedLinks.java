package io.aitta.simulation;

import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WireMessage;
import io.aitta.simulation.Coverage.Event;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated node sends, and what it still waits for: no more than a bound for each peer, and
 * no longer than any deadline. What is in flight to a peer that is given up is lost.
 */
final class SimulatedLinks {
  private static final long OVERDUE_NANOS = Duration.ofMillis(300).toNanos();
  private static final long FORGOTTEN_NANOS = Duration.ofSeconds(1).toNanos();

  /** A request that is not answered. */
  private static final class InFlight {
    private final Packet request;
    private final long sentNanos;
    private final Consumer<Packet> answer;
    private boolean isOverdue; // and counted as a failed exchange

    InFlight(Packet request, long sentNanos, Consumer<Packet> answer) {
      this.request = request;
      this.sentNanos = sentNanos;
      this.answer = answer;
    }
  }

  private final Simulation world;
  private final SimulatedNode node;
  private final Map<Long, InFlight> waiting = new LinkedHashMap<>();
  private long lastId;
  private long lastSequence;

  SimulatedLinks(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
  }

  /** Sends a message, and with it what this node has loaded if it says that. */
  void send(NodeId to, @Nullable WireMessage message, @Nullable Epoch loaded) {
    world.send(packet(to, Incarnation.UNKNOWN, 0, 0, null, null, message, loaded));
  }

  /** Sends a request to a replica, this node's own included, and hears at most one answer. */
  void ask(NodeId to, Incarnation expected, ReplicaRequest request, Consumer<Packet> answer) {
    Packet packet = packet(to, expected, lastSequence + 1, ++lastId, request, null, null, null);
    InFlight asked = new InFlight(packet, world.nowNanos(), answer);
    if (waiting(to) >= world.maxRequests()) {
      world.coverage().count(Event.OVERLOADED);
      refuse(asked, RefusalReason.OVERLOADED);
      return;
    }
    lastSequence++;
    waiting.put(packet.id(), asked);
    world.send(packet);
  }

  private long waiting(NodeId to) {
    return waiting.values().stream().filter(one -> one.request.to().equals(to)).count();
  }

  private void refuse(InFlight asked, RefusalReason reason) {
    Packet request = asked.request;
    Packet refusal =
        new Packet(
            request.to(),
            request.toIncarnation(),
            request.from(),
            request.fromIncarnation(),
            0,
            HybridTime.ZERO,
            request.id(),
            null,
            ReplicaReply.Refused.of(reason),
            null,
            null);
    world.at(node.self(), 0, () -> asked.answer.accept(refusal));
  }

  void reply(Packet packet, ReplicaReply reply) {
    world.send(
        packet(packet.from(), packet.fromIncarnation(), 0, packet.id(), null, reply, null, null));
  }

  private Packet packet(
      NodeId to,
      Incarnation run,
      long sequence,
      long id,
      @Nullable ReplicaRequest request,
      @Nullable ReplicaReply reply,
      @Nullable WireMessage message,
      @Nullable Epoch loaded) {
    return new Packet(
        node.self(),
        node.incarnation(),
        to,
        run,
        sequence,
        node.readClock(),
        id,
        request,
        reply,
        message,
        loaded);
  }

  /** A reply came: whoever waits for it hears it. */
  void replied(Packet packet) {
    InFlight asked = waiting.remove(packet.id());
    if (asked != null) {
      asked.answer.accept(packet);
    }
  }

  /** Counts what is overdue, and forgets what nobody waits for any more. */
  void sweep() {
    for (InFlight one : List.copyOf(waiting.values())) {
      long ageNanos = world.nowNanos() - one.sentNanos;
      if (ageNanos >= OVERDUE_NANOS && !one.isOverdue) {
        one.isOverdue = true;
        node.peers().failed(one.request.to());
      }
      if (ageNanos >= FORGOTTEN_NANOS) {
        waiting.remove(one.request.id());
      }
    }
  }

  /** Gives up what is in flight to a peer. */
  void giveUp(NodeId peer) {
    for (InFlight one : List.copyOf(waiting.values())) {
      if (one.request.to().equals(peer)) {
        waiting.remove(one.request.id());
        world.coverage().count(Event.GIVEN_UP);
        refuse(one, RefusalReason.LINK_LOST);
      }
    }
  }

  /** For how long the first of them has not been answered. */
  long longestMillis() {
    return waiting.values().stream()
        .mapToLong(one -> (world.nowNanos() - one.sentNanos) / 1_000_000)
        .max()
        .orElse(0);
  }

  /** How many requests are not answered. */
  int waiting() {
    return waiting.size();
  }
}
