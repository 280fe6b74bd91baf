package io.aitta.model;

/**
 * The number of a partition, the unit of placement, in [0, partition count).
 *
 * @param value not negative
 */
public record PartitionId(int value) implements Comparable<PartitionId> {

  /** The largest partition count. */
  public static final int MAX_COUNT = 32_768;

  public PartitionId {
    if (value < 0 || value >= MAX_COUNT) {
      throw new IllegalArgumentException(
          "partition must be in [0, " + MAX_COUNT + "), was [" + value + "]");
    }
  }

  /** The partition of a key, when there are that many. */
  public static PartitionId of(Key key, int partitionCount) {
    return new PartitionId((int) Long.remainderUnsigned(key.hash(), partitionCount));
  }

  @Override
  public int compareTo(PartitionId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
