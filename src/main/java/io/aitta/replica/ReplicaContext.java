package io.aitta.replica;

import io.aitta.model.NodeId;
import io.aitta.partition.ConfigurationTable;

/**
 * What a replica judges requests by, at one moment.
 *
 * @param self this node
 * @param configurations the configurations that this node acts on
 * @param physicalMillis the wall clock, in milliseconds since the Unix epoch
 * @param boundMillis how far ahead of the wall clock a put's version may be (protocol rule 13)
 * @param nowNanos monotonic time
 */
public record ReplicaContext(
    NodeId self,
    ConfigurationTable configurations,
    long physicalMillis,
    long boundMillis,
    long nowNanos) {}
