package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the supervisor of peers works with.
 *
 * @param self this node
 * @param incarnation its run
 * @param settings its settings
 * @param clock its clock
 * @param transport reaches the others
 * @param service whether this node serves
 * @param peers where snapshots are published
 * @param startCounters the highest start counter that was ever seen of each peer
 * @param replica this node's own replica
 * @param guardian hears what greetings say
 */
record PeerSupervisorContext(
    PeerDescription self,
    Incarnation incarnation,
    NodeSettings settings,
    NodeClock clock,
    Transport transport,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<NodeId, Integer>> startCounters,
    ActorRef<Ask> replica,
    ActorRef<NodeGuardian.Command> guardian) {}
