package io.aitta.actor;

import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.replica.Loss;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.StorageEngine;
import java.time.Duration;
import java.util.Map;

/**
 * What the replica works with.
 *
 * @param self this node
 * @param incarnation its run
 * @param engine whose writes the replica owns
 * @param state the rules, over the same engine
 * @param trees of digests of what is in the engine, which tells them
 * @param tombstones what is answered when dead records are to be dropped
 * @param clock this node's clock
 * @param clockBound how far ahead of the wall clock a put may be
 * @param transport carries replies
 * @param service whether this node serves
 * @param peers where senders are
 * @param recovering the partitions that are not whole; written by the replica
 * @param loaded the joint configurations that were loaded; written by the replica
 * @param maxFrameBytes encoded bytes of one frame of replies, unless a single one is larger
 */
record ReplicaWorks(
    NodeId self,
    Incarnation incarnation,
    StorageEngine engine,
    ReplicaState state,
    TreeKeeper trees,
    TombstoneAnswers tombstones,
    NodeClock clock,
    Duration clockBound,
    Transport transport,
    Published<ServiceState> service,
    Published<PeersSnapshot> peers,
    Published<Map<PartitionId, Loss>> recovering,
    Published<Map<PartitionId, Epoch>> loaded,
    int maxFrameBytes) {}
