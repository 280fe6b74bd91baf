package io.aitta.actor;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;

/**
 * A replica's answer to an {@link Ask}, or what stands for it if it cannot be had.
 *
 * @param node the replica's node
 * @param round as in the question
 * @param reply the answer
 * @param time the replica's hybrid time; {@link HybridTime#ZERO} if it was not heard
 */
record Replied(NodeId node, int round, ReplicaReply reply, HybridTime time)
    implements ReplicationCoordinator.Command,
        HintedHandoff.Command,
        Explainer.Command,
        AntiEntropy.Command,
        TombstoneReaper.Command {}
