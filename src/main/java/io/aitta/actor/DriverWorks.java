package io.aitta.actor;

import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.replica.Loss;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the driver of reconfigurations works with.
 *
 * @param self this node
 * @param settings its settings
 * @param service by which configurations it serves
 * @param peers who is alive, and where
 * @param transport reaches the others
 * @param keeper has the configurations decided
 * @param leaving whether this node is about to go
 * @param left completed when it holds nothing any more, or exceptionally if nobody takes it
 * @param recovering the partitions that are not whole; written by the replica
 * @param loaded the joint configurations that this node loaded; written by the replica
 * @param isDriving whether this node is to drive
 * @param isSettled where it publishes whether this node holds what it is to hold
 * @param hasSettled and whether it did so at any time since it started
 */
record DriverWorks(
    NodeId self,
    NodeSettings settings,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Transport transport,
    ActorRef<SuccessionKeeper.Command> keeper,
    Published<Boolean> leaving,
    CompletableFuture<Done> left,
    Published<Map<PartitionId, Loss>> recovering,
    Published<Map<PartitionId, Epoch>> loaded,
    Published<Boolean> isDriving,
    Published<Boolean> isSettled,
    Published<Boolean> hasSettled) {}
