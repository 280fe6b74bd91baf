package io.aitta.model;

/**
 * The order of a key's values: a hybrid time, then the node that issued it. No two writes ever
 * carry the same version (protocol rule 12). The text form is {@code millis.counter-node}.
 */
public record Version(HybridTime time, NodeId node) implements Comparable<Version> {

  /** Older than every version; stands for "nothing is stored". */
  public static final Version NONE = new Version(HybridTime.ZERO, NodeId.NONE);

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Version parse(String text) {
    int dot = text.indexOf('.');
    int dash = text.indexOf('-');
    if (dot <= 0 || dash <= dot + 1) {
      throw new IllegalArgumentException("version must be millis.counter-node, was [" + text + "]");
    }
    try {
      long millis = Long.parseLong(text.substring(0, dot));
      int counter = Integer.parseInt(text.substring(dot + 1, dash));
      if (counter < 0 || counter > 0xFFFF) {
        throw new IllegalArgumentException("counter must be in [0, 65535], was [" + counter + "]");
      }
      HybridTime time = new HybridTime(HybridTime.ofMillis(millis).packed() | counter);
      Version version = new Version(time, NodeId.parse(text.substring(dash + 1)));
      if (!version.toString().equals(text)) {
        throw new IllegalArgumentException(
            "version must be written as " + version + ", was [" + text + "]");
      }
      return version;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "version must be millis.counter-node, was [" + text + "]", e);
    }
  }

  /** Whether this version is newer than the other. */
  public boolean isNewerThan(Version other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Version other) {
    int byTime = time.compareTo(other.time);
    return byTime != 0 ? byTime : node.compareTo(other.node);
  }

  @Override
  public String toString() {
    return time + "-" + node;
  }
}
