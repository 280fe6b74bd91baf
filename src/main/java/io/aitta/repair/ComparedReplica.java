package io.aitta.repair;

/**
 * When a replica was compared with all others.
 *
 * @param sinceNanos how long ago the pair was compared for which that was longest ago
 * @param differences in the pairs that this node compared last
 */
public record ComparedReplica(long sinceNanos, long differences) {}
