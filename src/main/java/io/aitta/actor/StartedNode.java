package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the outside needs of a node whose storage is open.
 *
 * @param self the node
 * @param router takes requests
 * @param reports takes questions about the cluster
 * @param supervisor takes changes of membership
 * @param peers the peers
 * @param limit a place is taken from it for every request
 */
public record StartedNode(
    NodeId self,
    ActorRef<RequestRouter.Command> router,
    ActorRef<Reports.Command> reports,
    ActorRef<PeerSupervisor.Command> supervisor,
    Published<PeersSnapshot> peers,
    RequestLimit limit) {

  /** Those of the given nodes that are alive, by this node's account. */
  public List<NodeId> alive(Configuration configuration) {
    return Reports.alive(configuration, peers.get());
  }
}
