package io.aitta.actor;

import io.aitta.model.Incarnation;
import io.aitta.model.ReplicaRequest;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A request to one replica, local or remote: the local {@link Replica} and a remote node's {@link
 * Peer} both take it.
 *
 * @param request what is asked
 * @param expected the incarnation that the coordinator saw when it began; another one does not
 *     answer for it
 * @param round comes back in the answer
 * @param deadlineNanos when the answer is no longer wanted, in {@link System#nanoTime} terms
 * @param replyTo hears at most one {@link Replied}
 */
record Ask(
    ReplicaRequest request,
    Incarnation expected,
    int round,
    long deadlineNanos,
    ActorRef<Replied> replyTo)
    implements Replica.Command, Peer.Command {}
