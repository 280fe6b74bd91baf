package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
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
 * @param leaving whether this node is about to go
 * @param peers where snapshots are published
 * @param seenRuns the runs that were ever seen of each peer; the supervisor alone changes it
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
    Published<Boolean> leaving,
    Published<PeersSnapshot> peers,
    Published<Map<NodeId, SeenRuns>> seenRuns,
    ActorRef<Ask> replica,
    ActorRef<NodeGuardian.Command> guardian) {}
