package io.aitta.model;

/**
 * The number of a partition, the unit of placement, in [0, partition count).
 *
 * @param value not negative
 */
public record PartitionId(int value) implements Comparable<PartitionId> {

  /** The largest partition count. */
  public static final int MAX_COUNT = 32_768;

  /**
   * Beyond every partition: names the roster of the cluster's nodes, whose configurations follow
   * each other as a partition's do. It holds no data.
   */
  public static final PartitionId ROSTER = new PartitionId(MAX_COUNT);

  private static final int LAST = 2 * MAX_COUNT;

  public PartitionId {
    if (value < 0 || value > LAST) {
      throw new IllegalArgumentException(
          "partition must be in [0, " + LAST + "], was [" + value + "]");
    }
  }

  /**
   * Names, in a node's own storage alone, what it held of this partition before it began to hold it
   * anew. No configuration and no request is ever of it.
   */
  public PartitionId setAside() {
    if (value >= MAX_COUNT) {
      throw new IllegalStateException("not a partition: [" + value + "]");
    }
    return new PartitionId(MAX_COUNT + 1 + value);
  }

  /** Whether it names what was set aside. */
  public boolean isSetAside() {
    return value > MAX_COUNT;
  }

  /** The partition whose entries these are: this one, unless it names what was set aside. */
  public PartitionId origin() {
    return isSetAside() ? new PartitionId(value - MAX_COUNT - 1) : this;
  }

  /** Whether it names the roster, and no partition. */
  public boolean isRoster() {
    return value == MAX_COUNT;
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
