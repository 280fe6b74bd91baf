package io.aitta.model;

/**
 * What a replica says of its whole tree of digests.
 *
 * @param digest over all records
 * @param records how many there are
 * @param depth the level of the lowest nodes whose digests it has
 */
public record TreeSummary(long digest, long records, int depth) {

  public TreeSummary {
    if (records < 0 || depth < 0 || depth > TreeNodes.MAX_LEVEL) {
      throw new IllegalArgumentException(
          "no tree has [" + records + "] records and depth [" + depth + "]");
    }
  }
}
