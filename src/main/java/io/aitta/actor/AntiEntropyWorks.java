package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.replica.Loss;
import io.aitta.storage.StorageEngine;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What anti-entropy works with.
 *
 * @param self this node
 * @param incarnation its run
 * @param engine where records are read from
 * @param replica owns the trees, and writes
 * @param transport carries questions and answers
 * @param service by which configurations
 * @param peers who is alive, and where
 * @param recovering the partitions that are not whole; written by the replica
 * @param majorityReads settles what a replica does not take
 * @param progress where it publishes how far it is
 * @param callbacks completes what others wait for
 * @param messageBytes the largest message
 * @param settings when, and how fast
 */
record AntiEntropyWorks(
    NodeId self,
    Incarnation incarnation,
    StorageEngine engine,
    ActorRef<Replica.Command> replica,
    Transport transport,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<PartitionId, Loss>> recovering,
    Consumer<Key> majorityReads,
    Published<AntiEntropyProgress> progress,
    Executor callbacks,
    int messageBytes,
    ComparisonSettings settings) {}
