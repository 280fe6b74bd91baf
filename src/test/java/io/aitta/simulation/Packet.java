package io.aitta.simulation;

import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message between simulated nodes: a request, a reply, another message, or none of them, which is
 * a greeting.
 *
 * @param toIncarnation whom the sender means; unknown for greetings
 * @param sequence of the link, for requests
 * @param id names the request
 * @param loaded in a greeting, the joint configuration that the sender has loaded last
 */
record Packet(
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    Incarnation toIncarnation,
    long sequence,
    HybridTime time,
    long id,
    @Nullable ReplicaRequest request,
    @Nullable ReplicaReply reply,
    @Nullable WireMessage message,
    @Nullable Epoch loaded) {}
