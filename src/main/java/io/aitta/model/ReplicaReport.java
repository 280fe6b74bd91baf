package io.aitta.model;

/**
 * What a node says of one of its replicas.
 *
 * @param records entries and tombstones in it, as its tree of digests counts them; -1 while there
 *     is no tree
 * @param comparedMillis when the last comparison ended by which it has been compared with every
 *     other member since the configuration is as it is: of the pairs, the one that was compared
 *     longest ago counts; in milliseconds since the Unix epoch; -1 if one was not compared yet in
 *     this run of the node, or there is nobody to compare with
 * @param mendedRecords in how many records the pairs differed that this node compared last; what
 *     differed was moved
 */
public record ReplicaReport(
    PartitionId partition, long records, long comparedMillis, long mendedRecords) {}
