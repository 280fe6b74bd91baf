package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import java.util.Set;

/**
 * Everything that a get is decided from when it begins.
 *
 * @param key the key
 * @param consistency how many must hold what is answered
 * @param configuration the key's partition as the coordinator knows it
 * @param dead nodes that are known to be dead: nothing is sent to them
 * @param self the coordinating node, which is asked first at ONE if it is a replica
 * @param time the coordinator's present, read before anything is sent: what it has expired by it is
 *     never found, though it need not be durable as the times are that replicas report
 */
public record GetPlan(
    Key key,
    Consistency consistency,
    Configuration configuration,
    Set<NodeId> dead,
    NodeId self,
    HybridTime time) {}
