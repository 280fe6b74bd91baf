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
  static final PeersSnapshot EMPTY = new PeersSnapshot(Map.of());

  private final Map<NodeId, PeerView> peers;
  private final Map<NodeId, String> zones;
  private final Map<NodeId, Long> aheadMillis; // of each node's wall clock, when it last greeted

  PeersSnapshot(Map<NodeId, PeerView> peers) {
    this.peers = Map.copyOf(peers);
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
