package io.aitta.storage;

import io.aitta.model.NodeId;

/** How many hints are kept for a node, and the bytes of their encoded keys and values. */
public record HintCount(NodeId target, long hints, long bytes) {}
