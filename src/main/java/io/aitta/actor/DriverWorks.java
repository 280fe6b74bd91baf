package io.aitta.actor;

import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.replica.Loss;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the driver of reconfigurations works with.
 *
 * @param self this node
 * @param settings its settings
 * @param ports tell it to drive or to leave, and hear how far it is
 * @param peers who is alive, and where
 * @param keeper has the configurations decided
 * @param agreed when each node's table of configurations was equal to this node's last, in {@link
 *     System#nanoTime} terms; written by the keeper
 * @param recovering the partitions that are not whole; written by the replica
 * @param loaded the joint configurations that this node loaded; written by the replica
 */
record DriverWorks(
    NodeId self,
    NodeSettings settings,
    NodePorts ports,
    Published<PeersSnapshot> peers,
    ActorRef<SuccessionKeeper.Command> keeper,
    Published<Map<NodeId, Long>> agreed,
    Published<Map<PartitionId, Loss>> recovering,
    Published<Map<PartitionId, Epoch>> loaded) {}
