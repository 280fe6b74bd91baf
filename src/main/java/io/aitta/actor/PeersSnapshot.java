package io.aitta.actor;

import io.aitta.liveness.ClockComparison;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All peers at one moment, this node included. Written by the {@link PeerSupervisor} alone. */
final class PeersSnapshot {
  static final PeersSnapshot EMPTY = new PeersSnapshot(Map.of(), null);

  private final Map<NodeId, PeerView> peers;
  private final Map<NodeId, String> zones;
  private final Map<NodeId, Long> aheadMillis; // of each node's wall clock, when it last greeted
  private final @Nullable Map<String, Boolean> unheard; // null until the membership is known

  /**
   * Makes a snapshot.
   *
   * @param unheard see {@link #unheard}; null while the membership is not known
   */
  PeersSnapshot(Map<NodeId, PeerView> peers, @Nullable Map<String, Boolean> unheard) {
    this.peers = Map.copyOf(peers);
    this.unheard = unheard == null ? null : Map.copyOf(unheard);
    Map<NodeId, String> byNode = new HashMap<>();
    Map<NodeId, Long> ahead = new HashMap<>();
    peers.forEach(
        (node, peer) -> {
          byNode.put(node, peer.description().zone());
          ahead.put(node, peer.aheadMillis());
        });
    this.zones = Map.copyOf(byNode);
    this.aheadMillis = Map.copyOf(ahead);
  }

  /** Whether the membership was told to this run at all. */
  boolean isComplete() {
    return unheard != null;
  }

  /**
   * Where the membership has nodes that have not greeted in this run, and whether they are
   * reachable; empty while it is not known.
   */
  Map<String, Boolean> unheard() {
    return unheard == null ? Map.of() : unheard;
  }

  @Nullable PeerView peer(NodeId node) {
    return peers.get(node);
  }

  Map<NodeId, PeerView> peers() {
    return peers;
  }

  Map<NodeId, String> zones() {
    return zones;
  }

  /** The base path of a node's actors, or null if it never greeted. */
  @Nullable String address(NodeId node) {
    PeerView peer = peers.get(node);
    return peer == null ? null : peer.description().address();
  }

  /** Those of the given nodes to which nothing is sent: dead, removed, or never heard. */
  Set<NodeId> deadAmong(List<NodeId> nodes) {
    Set<NodeId> dead = new LinkedHashSet<>();
    for (NodeId node : nodes) {
      PeerView peer = peers.get(node);
      if (peer == null || !peer.isAsked()) {
        dead.add(node);
      }
    }
    return dead;
  }

  /** Whether this node's wall clock is too far ahead of the members' to put with. */
  boolean isClockAhead(NodeId self, Set<NodeId> members, long boundMillis) {
    return ClockComparison.isAhead(self, members, aheadMillis, boundMillis);
  }

  /** What is known of every node. */
  List<PeerDescription> descriptions() {
    return peers.values().stream().map(PeerView::description).toList();
  }
}
