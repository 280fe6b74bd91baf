package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a node's actors share: all of it immutable or safe for use by any thread.
 *
 * @param self the node
 * @param incarnation its run
 * @param settings its settings
 * @param clock its hybrid clock
 * @param service whether it serves, and by which configurations; written by the {@link
 *     NodeGuardian}
 * @param peers the peers; written by the {@link PeerSupervisor}
 * @param limit how many coordinators may live
 * @param waiting requests that no actor has taken up yet
 * @param callbacks runs what users attached to their futures
 * @param durability the engine's fsync policy in words
 * @param handoff takes hints
 */
record NodeContext(
    NodeId self,
    Incarnation incarnation,
    NodeSettings settings,
    NodeClock clock,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    RequestLimit limit,
    WaitingRequests waiting,
    Executor callbacks,
    String durability,
    ActorRef<HintedHandoff.Command> handoff) {}
