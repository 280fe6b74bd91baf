package io.aitta.simulation;

import io.aitta.liveness.LivenessSettings;
import io.aitta.liveness.PeerLiveness;
import io.aitta.liveness.PeerTransition;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.simulation.Coverage.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated node concludes of the others, and which of their runs it has heard last. Checks
 * whatever is concluded against when they were heard, which it keeps for itself.
 */
final class SimulatedPeers {
  private static final LivenessSettings LIVENESS =
      new LivenessSettings(Duration.ofMillis(400), Duration.ofMillis(1200), 3);

  private final Simulation world;
  private final SimulatedNode node;
  private final Map<NodeId, PeerLiveness> peers = new HashMap<>(); // without the node itself
  private final Map<NodeId, Long> heardNanos = new HashMap<>(); // or first named
  private final Map<NodeId, Incarnation> runs = new HashMap<>();

  SimulatedPeers(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
    for (NodeId other : world.nodes()) {
      if (!other.equals(node.self())) {
        peers.put(other, new PeerLiveness(LIVENESS, world.nowNanos()));
        heardNanos.put(other, world.nowNanos());
      }
    }
    runs.put(node.self(), node.incarnation());
  }

  /** A peer was heard, unless it was an older run of it. */
  void heard(NodeId peer, Incarnation incarnation) {
    PeerLiveness liveness = peers.get(peer);
    Incarnation known = runs.get(peer);
    if (liveness != null && (known == null || incarnation.startCounter() >= known.startCounter())) {
      runs.put(peer, incarnation);
      heardNanos.put(peer, world.nowNanos());
      record(peer, liveness.heard(world.nowNanos()));
      world.require(
          liveness.state() == PeerState.ALIVE,
          () -> node.self() + " heard " + peer + " and finds it " + liveness.state());
    }
  }

  /** The other nodes. */
  Set<NodeId> others() {
    return peers.keySet();
  }

  /** Lets time pass for one of them. */
  void tick(NodeId peer) {
    PeerLiveness liveness = liveness(peer);
    record(peer, liveness.tick(world.nowNanos()));
    long silentNanos = silentNanos(peer);
    PeerState state = liveness.state();
    world.require(
        silentNanos < LIVENESS.suspectAfter().toNanos() || state != PeerState.ALIVE,
        () -> node.self() + " relies on " + peer + ", silent for " + silentNanos + " ns");
    world.require(
        silentNanos < LIVENESS.deadAfter().toNanos()
            || state == PeerState.DEAD
            || state == PeerState.REMOVED,
        () -> node.self() + " waits for " + peer + ", silent for " + silentNanos + " ns");
  }

  private long silentNanos(NodeId peer) {
    return world.nowNanos() - heardNanos.getOrDefault(peer, 0L);
  }

  /** An exchange with a peer failed. */
  void failed(NodeId peer) {
    if (peers.containsKey(peer)) {
      record(peer, liveness(peer).failed());
    }
  }

  /** The cluster finds a peer unreachable, or reachable again. */
  void recordReachable(NodeId peer, boolean isReachable) {
    if (!peers.containsKey(peer)) {
      return;
    }
    if (isReachable) {
      liveness(peer).reachable();
    } else {
      record(peer, liveness(peer).unreachable());
    }
  }

  /** The cluster has removed a peer. */
  void left(NodeId peer) {
    if (peers.containsKey(peer)) {
      record(peer, liveness(peer).left(world.nowNanos()));
    }
  }

  /** Checks a change of state: none that rests on silence comes too early. */
  private void record(NodeId peer, @Nullable PeerTransition change) {
    if (change == null) {
      return;
    }
    PeerState to = change.to();
    long silentNanos = silentNanos(peer);
    boolean isGivenUp = to == PeerState.DEAD || to == PeerState.REMOVED;
    world.require(
        !isGivenUp || silentNanos >= LIVENESS.deadAfter().toNanos(),
        () -> node.self() + " gives " + peer + " up after " + silentNanos + " ns: " + change);
    world.require(
        to != PeerState.SUSPECT || change.from() == PeerState.ALIVE,
        () -> node.self() + " suspects " + peer + ": " + change);
    world.require(
        to != PeerState.REMOVED || world.isGone(peer),
        () -> node.self() + " removes " + peer + ", which is a member");
    world.require(
        liveness(peer).lastSeenNanos() == heardNanos.getOrDefault(peer, 0L),
        () -> "last-seen of " + peer + " moved by " + change);
    world.trace(node.self(), "finds", peer, change);
    world
        .coverage()
        .count(
            switch (to) {
              case ALIVE -> Event.PEER_ALIVE;
              case SUSPECT -> Event.PEER_SUSPECT;
              case DEAD -> Event.PEER_DEAD;
              case REMOVED -> Event.PEER_REMOVED;
              case UNKNOWN -> throw new IllegalStateException("a peer became unknown: " + change);
            });
    if (isGivenUp) {
      node.giveUp(peer);
    }
  }

  /** When nothing goes wrong any more, everyone who runs is alive for everyone. */
  void checkSettled() {
    peers.forEach(
        (peer, liveness) ->
            world.require(
                world.isGone(peer)
                    ? !liveness.state().isAsked()
                    : liveness.state() == PeerState.ALIVE,
                () -> node.self() + " ends with " + peer + " " + liveness.state()));
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
