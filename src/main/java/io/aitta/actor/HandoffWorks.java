package io.aitta.actor;

import io.aitta.model.NodeId;
import io.aitta.storage.StorageEngine;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What handoff works with.
 *
 * @param self this node
 * @param engine where hints are read from
 * @param replica stores and removes them
 * @param service by which configurations
 * @param peers who is alive
 * @param waitingSince where it publishes since when, in monotonic time, there have been hints for
 *     each target that has some
 */
record HandoffWorks(
    NodeId self,
    StorageEngine engine,
    ActorRef<Replica.Command> replica,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<NodeId, Long>> waitingSince) {}
