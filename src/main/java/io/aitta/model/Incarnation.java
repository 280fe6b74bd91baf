package io.aitta.model;

/**
 * One run of a node's process: the node's start counter in the upper 32 bits, random bits in the
 * lower. What one incarnation kept in memory, the next does not know, so nobody lets one answer for
 * the other (protocol rule 1).
 */
public record Incarnation(long value) {

  /** The incarnation of a node that was never heard. */
  public static final Incarnation UNKNOWN = new Incarnation(0);

  /**
   * Makes an incarnation.
   *
   * @param startCounter how often the node was started with this data, from 1
   * @param randomBits tells two starts apart that, by a restored backup, have the same counter
   */
  public static Incarnation of(int startCounter, int randomBits) {
    if (startCounter < 1) {
      throw new IllegalArgumentException(
          "startCounter must be at least 1, was [" + startCounter + "]");
    }
    return new Incarnation(((long) startCounter << 32) | (randomBits & 0xFFFF_FFFFL));
  }

  /** How often the node was started with this data, from 1; 0 for {@link #UNKNOWN}. */
  public int startCounter() {
    return (int) (value >>> 32);
  }
}
