package io.aitta.quorum;

import io.aitta.model.NodeId;
import io.aitta.model.ReplicaRequest;

/**
 * A request that must be sent to a replica.
 *
 * @param node the replica's node
 * @param round comes back with the reply, so that an answer to an earlier attempt is not mistaken
 *     for one to this
 * @param request what is asked
 */
public record Send(NodeId node, int round, ReplicaRequest request) {}
