package io.aitta.partition;

import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.PeerDescription;
import org.jspecify.annotations.Nullable;

/**
 * Another node, as it greeted last.
 *
 * @param description who it is
 * @param cluster whose data it holds; null if it is empty
 * @param shape the settings that all nodes must share
 * @param isAlive whether it is up now; only then it can be a founder
 */
public record FounderCandidate(
    PeerDescription description,
    @Nullable ClusterId cluster,
    ClusterShape shape,
    boolean isAlive) {}
