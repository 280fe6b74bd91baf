package io.aitta.model;

/**
 * What all nodes of a cluster must agree on, fixed at bootstrap.
 *
 * @param partitions how many partitions there are, in [1, 32768]
 * @param replicationFactor the copies wanted, in [1, 64]
 */
public record ClusterShape(int partitions, int replicationFactor) {

  public ClusterShape {
    if (partitions < 1 || partitions > PartitionId.MAX_COUNT) {
      throw new IllegalArgumentException(
          "partitions must be in [1, " + PartitionId.MAX_COUNT + "], was [" + partitions + "]");
    }
    if (replicationFactor < 1 || replicationFactor > 64) {
      throw new IllegalArgumentException(
          "replicationFactor must be in [1, 64], was [" + replicationFactor + "]");
    }
  }
}
