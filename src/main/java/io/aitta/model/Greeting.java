package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * Makes nodes known to each other, and tells them that the sender is alive. Sent at intervals to
 * every node of the cluster, and answered with one's own.
 *
 * @param description the sender's identity, zone, weight and address
 * @param incarnation its run
 * @param cluster whose data it holds; null while it is empty
 * @param serves whether it serves requests
 * @param shape the settings that all nodes must share
 * @param time its hybrid time
 * @param physicalMillis its wall clock, in milliseconds since the Unix epoch
 * @param rememberedStartCounter the start counter of the last run that the sender saw of the
 *     receiver; 0 if none. A receiver whose own is lower runs on data that was set back (protocol
 *     rule 9)
 * @param isAnswer whether this answers a greeting; answers are not answered
 * @param isLeaving whether it is about to go, and gives its data to others
 * @param receiver the node that the sender takes to be at the address, of which it remembers what
 *     follows: another one may be there by now. {@link NodeId#NONE} if it knows of none; null if it
 *     is of a version that does not say
 * @param remembered what the sender remembers of the receiver's runs; null if nothing, or if it is
 *     of a version that does not say
 */
public record Greeting(
    PeerDescription description,
    Incarnation incarnation,
    @Nullable ClusterId cluster,
    boolean serves,
    ClusterShape shape,
    HybridTime time,
    long physicalMillis,
    int rememberedStartCounter,
    boolean isAnswer,
    boolean isLeaving,
    @Nullable NodeId receiver,
    @Nullable SeenRuns remembered)
    implements ControlMessage {}
