package io.aitta.simulation;

import io.aitta.liveness.LivenessSettings;
import io.aitta.liveness.PeerLiveness;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a simulated node concludes of the others, and which of their runs it has heard last. */
final class SimulatedPeers {
  private static final LivenessSettings LIVENESS =
      new LivenessSettings(Duration.ofMillis(400), Duration.ofMillis(1200), 3);

  private final Simulation world;
  private final Map<NodeId, PeerLiveness> peers = new HashMap<>(); // without the node itself
  private final Map<NodeId, Incarnation> runs = new HashMap<>();

  SimulatedPeers(Simulation world, NodeId self, Incarnation incarnation) {
    this.world = world;
    for (NodeId other : world.nodes()) {
      if (!other.equals(self)) {
        peers.put(other, new PeerLiveness(LIVENESS, world.nowNanos()));
      }
    }
    runs.put(self, incarnation);
  }

  /** A peer was heard, unless it was an older run of it. */
  void heard(NodeId node, Incarnation incarnation) {
    PeerLiveness peer = peers.get(node);
    Incarnation known = runs.get(node);
    if (peer != null && (known == null || incarnation.startCounter() >= known.startCounter())) {
      runs.put(node, incarnation);
      peer.heard(world.nowNanos());
    }
  }

  /** The other nodes. */
  Set<NodeId> others() {
    return peers.keySet();
  }

  /** Lets time pass for one of them. */
  void tick(NodeId peer) {
    liveness(peer).tick(world.nowNanos());
  }

  boolean isAlive(NodeId peer) {
    return liveness(peer).state() == PeerState.ALIVE;
  }

  private PeerLiveness liveness(NodeId peer) {
    PeerLiveness liveness = peers.get(peer);
    if (liveness == null) {
      throw new IllegalStateException("no peer " + peer);
    }
    return liveness;
  }

  /** Whom requests are sent to, the node itself included. */
  Set<NodeId> asked() {
    Set<NodeId> asked = new HashSet<>(runs.keySet());
    asked.removeAll(dead());
    return asked;
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
}
