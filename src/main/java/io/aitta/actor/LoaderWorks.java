package io.aitta.actor;

import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.replica.Horizons;
import io.aitta.replica.Loss;
import io.aitta.storage.StorageEngine;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the partition loader works with.
 *
 * @param self this node
 * @param incarnation its run
 * @param clock its hybrid time
 * @param engine where pages are read from
 * @param replica merges pages
 * @param transport carries requests and pages
 * @param service by which configurations
 * @param peers who is alive, and where
 * @param recovering the partitions that are not whole; written by the replica
 * @param loaded the joint configurations that were loaded; written by the replica
 * @param horizons of this node's partitions; written by the replica
 * @param progress where it publishes what it is copying
 * @param pageBytes the size of one page
 * @param maxBytesPerSecond of entries that are taken from others
 * @param longestRequest how long a put may be in flight
 */
record LoaderWorks(
    NodeId self,
    Incarnation incarnation,
    NodeClock clock,
    StorageEngine engine,
    ActorRef<Replica.Command> replica,
    Transport transport,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<PartitionId, Loss>> recovering,
    Published<Map<PartitionId, Epoch>> loaded,
    Horizons horizons,
    Published<LoadingProgress> progress,
    int pageBytes,
    long maxBytesPerSecond,
    Duration longestRequest) {}
