package io.aitta.repair;

import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;

/** A partition and the other member with whose replica this node's is compared. */
public record ComparedPair(PartitionId partition, NodeId other) {}
