package io.aitta.actor;

import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Incarnation;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * A node as this one sees it, this one included.
 *
 * @param description what it says of itself
 * @param incarnation its latest known run
 * @param state what this node concludes of it
 * @param lastSeenNanos when it was heard last, in {@link System#nanoTime} terms
 * @param serves whether it said that it serves requests
 * @param isLeaving whether it said that it is about to go
 * @param cluster whose data it holds; null if it is empty
 * @param shape the settings that all nodes must share
 * @param aheadMillis how far this node's wall clock was ahead of its, when it last greeted
 * @param replica where to send requests for its replica
 */
record PeerView(
    PeerDescription description,
    Incarnation incarnation,
    PeerState state,
    long lastSeenNanos,
    boolean serves,
    boolean isLeaving,
    @Nullable ClusterId cluster,
    ClusterShape shape,
    long aheadMillis,
    ActorRef<Ask> replica) {

  /** Whether requests are sent to it. */
  boolean isAsked() {
    return state.isAsked();
  }
}
