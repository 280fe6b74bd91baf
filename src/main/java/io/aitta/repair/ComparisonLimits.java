package io.aitta.repair;

import io.aitta.model.Key;
import io.aitta.model.TreeNodes;

/**
 * Bounds of one comparison.
 *
 * @param messageBytes the largest message, encoded
 * @param maxDifferences how many differences may wait to be taken before no more are looked for;
 *     exceeded by those of one message at most
 */
public record ComparisonLimits(int messageBytes, int maxDifferences) {

  /** The smallest size of messages: a set of nodes takes up to half of it. */
  public static final int MIN_MESSAGE_BYTES = 16 << 10;

  /** What a message takes at most beside digests or records. */
  private static final int FIXED_BYTES =
      100 + TreeNodes.count(TreeNodes.MAX_LEVEL) / Byte.SIZE + 3 * (3 + Key.MAX_ENCODED_BYTES);

  public ComparisonLimits {
    if (messageBytes < MIN_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "messageBytes must be at least " + MIN_MESSAGE_BYTES + ", was [" + messageBytes + "]");
    }
    if (maxDifferences < 1) {
      throw new IllegalArgumentException(
          "maxDifferences must be at least 1, was [" + maxDifferences + "]");
    }
  }

  /** The largest number of nodes whose children's digests one message brings. */
  public int maxParents() {
    return (messageBytes - 100) / (TreeNodes.FAN_OUT * Long.BYTES);
  }

  /** The largest number of records whose digests one message brings. */
  int maxDigests() {
    return (messageBytes - FIXED_BYTES) / Long.BYTES;
  }

  /** How many bytes of records an answer may bring beside a bit for each digest asked. */
  int recordBytes(int digests) {
    return Math.max(0, messageBytes - 100 - digests / Byte.SIZE - 2 * (3 + Key.MAX_ENCODED_BYTES));
  }
}
