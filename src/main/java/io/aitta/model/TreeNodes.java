package io.aitta.model;

import java.util.BitSet;

/**
 * Nodes of one level of the tree of digests over a partition's keys. The tree is the same on every
 * node for ever: a key's position is 64 bits, and a node of level n holds the keys whose positions
 * begin with the 4n bits of its index. Immutable.
 */
public final class TreeNodes {

  /** The children of a node. */
  public static final int FAN_OUT = 16;

  /** The level of the lowest nodes. */
  public static final int MAX_LEVEL = 4;

  /** The node that holds every key. */
  public static final TreeNodes ROOT = of(0, 0);

  private static final int BITS = 4;

  private final int level; // in [0, MAX_LEVEL]
  private final BitSet indices; // below count(level)

  private TreeNodes(int level, BitSet indices) {
    if (level < 0 || level > MAX_LEVEL) {
      throw new IllegalArgumentException(
          "level must be in [0, " + MAX_LEVEL + "], was [" + level + "]");
    }
    if (indices.length() > count(level)) {
      throw new IllegalArgumentException(
          "index must be below [" + count(level) + "], was [" + (indices.length() - 1) + "]");
    }
    this.level = level;
    this.indices = indices;
  }

  /** Makes a set of nodes. */
  public static TreeNodes of(int level, int... indices) {
    BitSet set = new BitSet();
    for (int index : indices) {
      set.set(index);
    }
    return new TreeNodes(level, set);
  }

  /** Makes a set of nodes. */
  public static TreeNodes of(int level, BitSet indices) {
    return new TreeNodes(level, (BitSet) indices.clone());
  }

  /** How many nodes a level has. */
  public static int count(int level) {
    return 1 << (BITS * level);
  }

  /** The index of the node of a level that holds a position. */
  public static int indexOf(long position, int level) {
    return level == 0 ? 0 : (int) (position >>> (Long.SIZE - BITS * level));
  }

  /** The level of these nodes. */
  public int level() {
    return level;
  }

  /** The number of these nodes. */
  public int size() {
    return indices.cardinality();
  }

  /** Returns a copy of the indices. */
  public BitSet indices() {
    return (BitSet) indices.clone();
  }

  /** The lowest index from the given one on; -1 if there is none. */
  public int next(int fromIndex) {
    return indices.nextSetBit(fromIndex);
  }

  /** Whether one of these nodes holds a position. */
  public boolean holds(long position) {
    return indices.get(indexOf(position, level));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreeNodes that && level == that.level && indices.equals(that.indices);
  }

  @Override
  public int hashCode() {
    return 31 * level + indices.hashCode();
  }

  @Override
  public String toString() {
    return "TreeNodes[" + size() + " of level " + level + "]";
  }
}
