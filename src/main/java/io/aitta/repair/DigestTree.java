package io.aitta.repair;

import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.TreeNodes;
import io.aitta.model.TreeSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Merkle tree of one partition's records (Dynamo §4.7), kept up to date with every write. Keys
 * are placed by their hash, so that the shape is the same on every node: {@link TreeNodes}.
 *
 * <p>The digest of a node is the <em>sum</em>, modulo 2^64, of the {@link RecordDigest}s below it,
 * not a hash of its children's digests. So a write changes one number on each level, whatever the
 * order of writes, and a digest does not depend on how deep the tree goes: replicas of different
 * depths are compared down to the level that both have. The depth follows the number of records: a
 * leaf has at most {@value #MAX_RECORDS_PER_LEAF} of them before the tree {@link #isOutgrown()},
 * and works on until it is built anew, deeper by one level or more.
 *
 * <p>Two different sets of records have the same digest by accident with a probability of 2^-64, as
 * sums of independent, evenly spread numbers do: all 64 bits count, at every level. A sum and not
 * an exclusive or, in which a record that is counted twice would vanish. Nobody is kept from making
 * such sets on purpose who can choose versions, but that is a node, and it could as well send wrong
 * digests.
 *
 * <p>Memory: 8 bytes for a tree without levels (up to 64 records), 136 for up to 1,024, 2 KiB for
 * up to 16,384, 34 KiB for up to 262,144, and 546 KiB at most.
 *
 * <p>What others met: Cassandra's trees are computed from all data for every repair, and one row
 * that differs streams everything below its leaf; here they are kept, and a leaf's records are
 * compared one by one. Riak's kept trees drift from damaged data unless they expire; {@link
 * ReplicaTrees} builds them anew from time to time. Not safe for use by several threads.
 */
public final class DigestTree {
  private static final int MAX_RECORDS_PER_LEAF = 64;

  private final int depth; // in [0, TreeNodes.MAX_LEVEL]
  private final long[] sums; // the root, the nodes of level 1, and so on
  private long records; // >= 0

  private DigestTree(int depth, long[] sums, long records) {
    this.depth = depth;
    this.sums = sums;
    this.records = records;
  }

  /** The tree of no records. */
  public static DigestTree empty() {
    return new DigestTree(0, new long[1], 0);
  }

  /** A tree of the greatest depth, of no records yet. */
  static DigestTree deepest() {
    return new DigestTree(TreeNodes.MAX_LEVEL, new long[first(TreeNodes.MAX_LEVEL + 1)], 0);
  }

  /** The place of a level's first node. */
  private static int first(int level) {
    return (TreeNodes.count(level) - 1) / (TreeNodes.FAN_OUT - 1);
  }

  /** Counts a record that is stored now and was not. */
  public void add(KeyVersion record) {
    change(record.key(), RecordDigest.of(record));
    records++;
  }

  /** Counts no longer a record that was stored and counted. */
  public void remove(KeyVersion record) {
    change(record.key(), -RecordDigest.of(record));
    records--;
  }

  /**
   * Counts what is stored for a key now in place of what was.
   *
   * @param before what was stored; null if nothing
   * @param after what is stored; null if nothing
   */
  public void replace(Key key, @Nullable Entry before, @Nullable Entry after) {
    if (before != null) {
      remove(KeyVersion.of(key, before));
    }
    if (after != null) {
      add(KeyVersion.of(key, after));
    }
  }

  private void change(Key key, long summand) {
    long position = RecordDigest.position(key);
    for (int level = 0; level <= depth; level++) {
      sums[first(level) + TreeNodes.indexOf(position, level)] += summand;
    }
  }

  /** What there is in all. */
  public TreeSummary summary() {
    return new TreeSummary(sums[0], records, depth);
  }

  /**
   * The digests of nodes' children: {@link TreeNodes#FAN_OUT} for each in turn.
   *
   * @return null if the tree does not have that level
   */
  public @Nullable Digests children(TreeNodes parents, int maxParents) {
    if (parents.level() >= depth) {
      return null;
    }
    int count = Math.min(parents.size(), maxParents);
    long[] children = new long[count * TreeNodes.FAN_OUT];
    int parent = parents.next(0);
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          sums,
          first(parents.level() + 1) + parent * TreeNodes.FAN_OUT,
          children,
          i * TreeNodes.FAN_OUT,
          TreeNodes.FAN_OUT);
      parent = parents.next(parent + 1);
    }
    return Digests.wrap(children);
  }

  /** Whether there are more records than the leaves are meant for. */
  public boolean isOutgrown() {
    return depth < fittingDepth();
  }

  /** A copy that is as deep as its records need, at most as deep as this tree. */
  DigestTree fitted() {
    int fitting = Math.min(depth, fittingDepth());
    return new DigestTree(fitting, Arrays.copyOf(sums, first(fitting + 1)), records);
  }

  private int fittingDepth() {
    int fitting = 0;
    while (fitting < TreeNodes.MAX_LEVEL
        && records > (long) MAX_RECORDS_PER_LEAF * TreeNodes.count(fitting)) {
      fitting++;
    }
    return fitting;
  }
}
