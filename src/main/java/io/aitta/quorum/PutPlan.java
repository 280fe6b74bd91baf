package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a put or delete is decided from when it begins.
 *
 * @param key the key
 * @param entry the value or tombstone under its first version
 * @param consistency how many must have applied it
 * @param configuration the key's partition as the coordinator knows it
 * @param dead nodes that are known to be dead: nothing is sent to them
 * @param zones the zone of each node that has one, for the receipt
 * @param replicationFactor the cluster's K, for the receipt
 * @param durability the fsync policy in words, for the receipt
 */
public record PutPlan(
    Key key,
    Entry entry,
    Consistency consistency,
    Configuration configuration,
    Set<NodeId> dead,
    Map<NodeId, String> zones,
    int replicationFactor,
    String durability) {}
