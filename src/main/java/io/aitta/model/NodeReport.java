package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node says of its own state.
 *
 * @param incarnation the run that reports
 * @param ready whether it serves
 * @param condition why it does not, or "ready"
 * @param engine the storage engine's name
 * @param durability the fsync policy
 * @param entries values that it holds, expired ones included
 * @param tombstones tombstones that it holds
 * @param bytes encoded keys and values that it holds
 * @param partitions replicas that it holds
 * @param recovering those of them that count for no quorum until they are whole again
 * @param hints hints that it keeps for others
 * @param loading partitions that it takes over from others, or makes whole
 * @param loadedBytes encoded keys and values that it took over since it started
 * @param loadedBytesPerSecond in the last seconds
 * @param corruptRecords records that failed their checksum since it started
 * @param refusedMessages messages from the network that were malformed or unknown, since it started
 * @param droppedMessages messages that its full send queues dropped since it started
 * @param antiEntropy of its comparisons with others; null from a node that does not say
 * @param details of single partitions and peers; null from a node that does not say
 * @param softwareVersion the version of Aitta that it runs
 */
public record NodeReport(
    Incarnation incarnation,
    boolean ready,
    String condition,
    String engine,
    String durability,
    long entries,
    long tombstones,
    long bytes,
    int partitions,
    int recovering,
    long hints,
    int loading,
    long loadedBytes,
    long loadedBytesPerSecond,
    long corruptRecords,
    long refusedMessages,
    long droppedMessages,
    @Nullable AntiEntropyReport antiEntropy,
    @Nullable NodeDetails details,
    String softwareVersion) {}
