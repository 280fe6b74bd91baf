package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.replica.Loss;
import io.aitta.storage.StorageEngine;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the dropping of tombstones works with.
 *
 * @param self this node
 * @param incarnation its run
 * @param engine where dead records are looked up
 * @param replica confirms and drops
 * @param transport carries questions and answers
 * @param service by which configurations
 * @param peers who is alive, and where
 * @param recovering the partitions that are not whole; written by the replica
 * @param clock this node's clock
 * @param interval how often dead records are looked for
 * @param longestRequest the longest deadline
 * @param clockBound how far clocks may differ
 */
record ReaperWorks(
    NodeId self,
    Incarnation incarnation,
    StorageEngine engine,
    ActorRef<Replica.Command> replica,
    Transport transport,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<PartitionId, Loss>> recovering,
    NodeClock clock,
    Duration interval,
    Duration longestRequest,
    Duration clockBound) {

  /** Whether a node answers: this one does. */
  boolean isTaking(NodeId node) {
    PeerView peer = peers.get().peer(node);
    return node.equals(self) || (peer != null && peer.state() == PeerState.ALIVE && peer.serves());
  }

  /** For how long what is dropped must have been dead, so that no put in flight is older. */
  static Duration minAge(Duration longestRequest, Duration clockBound) {
    return longestRequest.plus(clockBound);
  }
}
