package io.aitta.model;

import java.time.Instant;

/**
 * When the replicas of a partition were last found to be the same, or made so.
 *
 * @param ended when the last whole comparison ended: since then every two members were compared
 * @param mendedRecords in how many records those pairs differed; what differed was moved
 */
public record ComparisonStatus(PartitionId partition, Instant ended, long mendedRecords) {}
