package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * A node as another one sees it.
 *
 * @param description what it says of itself
 * @param self whether it is the node that was asked
 * @param member whether the cluster's configurations name it
 * @param leaving whether it gives away what it holds, to go
 * @param state what the asked node concludes of it
 * @param silentMillis how long ago it was heard; 0 for the node itself, -1 if never
 * @param report its own report; null if it did not answer
 */
public record PeerStatus(
    PeerDescription description,
    boolean self,
    boolean member,
    boolean leaving,
    PeerState state,
    long silentMillis,
    @Nullable NodeReport report) {}
