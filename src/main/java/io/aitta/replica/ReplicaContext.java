package io.aitta.replica;

import io.aitta.model.NodeId;
import io.aitta.partition.ConfigurationTable;

/**
 * What a replica judges requests by, at one moment.
 *
 * @param self this node
 * @param configurations the configurations that this node acts on
 * @param clockMillis the hybrid clock's present, in milliseconds since the Unix epoch. Not the wall
 *     clock: after all clocks were set back, nodes that agree with each other still take each
 *     other's puts. Not the reading for messages: that stands still while the disk is full
 * @param boundMillis how far ahead of that a put's version may be (protocol rule 13)
 * @param nowNanos monotonic time
 */
public record ReplicaContext(
    NodeId self,
    ConfigurationTable configurations,
    long clockMillis,
    long boundMillis,
    long nowNanos) {}
