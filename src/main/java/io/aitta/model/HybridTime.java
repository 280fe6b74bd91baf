package io.aitta.model;

/**
 * A reading of a hybrid logical clock (Kulkarni et al. 2014, section 3): 48 bits of milliseconds
 * since the Unix epoch, then 16 bits of a counter. A counter that overflows carries into the
 * milliseconds, which keeps the order.
 *
 * @param packed the 64 bits; never negative
 */
public record HybridTime(long packed) implements Comparable<HybridTime> {

  /** The earliest time. */
  public static final HybridTime ZERO = new HybridTime(0);

  private static final int COUNTER_BITS = 16;

  public HybridTime {
    if (packed < 0) {
      throw new IllegalArgumentException("hybrid time must not be negative, was [" + packed + "]");
    }
  }

  /** Returns the first hybrid time of a millisecond. */
  public static HybridTime ofMillis(long millis) {
    if (millis < 0 || millis >= 1L << (63 - COUNTER_BITS)) {
      throw new IllegalArgumentException("millis must be in [0, 2^47), was [" + millis + "]");
    }
    return new HybridTime(millis << COUNTER_BITS);
  }

  /** Milliseconds since the Unix epoch. */
  public long millis() {
    return packed >>> COUNTER_BITS;
  }

  /** The position among the readings of one millisecond, in [0, 65535]. */
  public int counter() {
    return (int) (packed & 0xFFFF);
  }

  /** The next possible reading. */
  public HybridTime next() {
    return new HybridTime(packed + 1);
  }

  /** The later of the two. */
  public HybridTime max(HybridTime other) {
    return packed >= other.packed ? this : other;
  }

  /** Whether this reading is later than the other. */
  public boolean isAfter(HybridTime other) {
    return packed > other.packed;
  }

  @Override
  public int compareTo(HybridTime other) {
    return Long.compare(packed, other.packed);
  }

  /** Returns milliseconds, a dot and the counter. */
  @Override
  public String toString() {
    return millis() + "." + counter();
  }
}
