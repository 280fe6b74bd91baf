package io.aitta.model;

/**
 * The identity of one node: 64 random bits that are made once and kept with the node's data. A node
 * that comes back with its data is the node that left; a node whose data is gone has a new id.
 *
 * @param value the bits; zero is reserved for "no node" (see {@link #NONE})
 */
public record NodeId(long value) implements Comparable<NodeId> {

  /** Names no node; orders below every other id. */
  public static final NodeId NONE = new NodeId(0);

  /**
   * Reads the text form.
   *
   * @param text 16 hexadecimal digits
   * @throws IllegalArgumentException if the text has another form
   */
  public static NodeId parse(String text) {
    if (text.length() != 16) {
      throw new IllegalArgumentException(
          "node id must be 16 hexadecimal digits, was [" + text + "]");
    }
    try {
      return new NodeId(Long.parseUnsignedLong(text, 16));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "node id must be 16 hexadecimal digits, was [" + text + "]", e);
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Returns 16 hexadecimal digits. */
  @Override
  public String toString() {
    String digits = Long.toHexString(value);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
