package io.aitta.simulation;

import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WireMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a simulated node sends, and what it still waits for. */
final class SimulatedLinks {
  private final Simulation world;
  private final SimulatedNode node;
  private final Map<Long, Consumer<Packet>> waiting = new HashMap<>();
  private long lastId;
  private long lastSequence;

  SimulatedLinks(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
  }

  /** Sends a message, and with it what this node has loaded if it says that. */
  void send(NodeId to, @Nullable WireMessage message, @Nullable Epoch loaded) {
    world.send(
        new Packet(
            node.self(),
            node.incarnation(),
            to,
            Incarnation.UNKNOWN,
            0,
            node.readClock(),
            0,
            null,
            null,
            message,
            loaded));
  }

  /** Sends a request to a replica, this node's own included, and hears at most one answer. */
  void ask(NodeId to, Incarnation expected, ReplicaRequest request, Consumer<Packet> answer) {
    long id = ++lastId;
    waiting.put(id, answer);
    world.send(
        new Packet(
            node.self(),
            node.incarnation(),
            to,
            expected,
            ++lastSequence,
            node.readClock(),
            id,
            request,
            null,
            null,
            null));
  }

  void reply(Packet packet, ReplicaReply reply) {
    world.send(
        new Packet(
            node.self(),
            node.incarnation(),
            packet.from(),
            packet.fromIncarnation(),
            0,
            node.readClock(),
            packet.id(),
            null,
            reply,
            null,
            null));
  }

  /** A reply came: whoever waits for it hears it. */
  void replied(Packet packet) {
    Consumer<Packet> answer = waiting.remove(packet.id());
    if (answer != null) {
      answer.accept(packet);
    }
  }
}
