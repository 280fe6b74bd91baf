package io.aitta.repair;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@link DigestTree}s of one node's partitions. Owned by the one thread that writes to the
 * storage, which records here every write right after it was applied. Trees are kept in memory
 * alone: they are built from the stored records after a start, when it is not certain what is
 * stored, when a partition outgrew its tree, and when a tree is old, since only that finds records
 * that vanished or rotted on the disk. One is built at a time, page by page; until it is complete,
 * the one before it serves, if that is right.
 */
public final class ReplicaTrees {
  private final long maxAgeNanos;
  private final Map<PartitionId, Kept> partitions = new TreeMap<>();
  private @Nullable Underway underway; // of one of the partitions
  private long lastId;

  /**
   * Begins with no partitions.
   *
   * @param maxAgeNanos after which a tree is built anew
   */
  public ReplicaTrees(long maxAgeNanos) {
    this.maxAgeNanos = maxAgeNanos;
  }

  /** Keeps trees for these partitions and no others. */
  public void keep(Collection<PartitionId> own) {
    partitions.keySet().retainAll(own);
    own.forEach(partition -> partitions.computeIfAbsent(partition, unused -> new Kept()));
    if (underway != null && !partitions.containsKey(underway.partition)) {
      underway = null;
    }
  }

  /**
   * Records a write that was applied.
   *
   * @param before what was stored for the key; null if nothing
   * @param after what is stored now; null if nothing
   */
  public void recordApplied(
      PartitionId partition, Key key, @Nullable Entry before, @Nullable Entry after) {
    Kept kept = partitions.get(partition);
    if (kept == null) {
      return;
    }
    if (kept.tree != null) {
      kept.tree.replace(key, before, after);
    }
    if (underway != null && underway.partition.equals(partition)) {
      underway.building.recordApplied(key, before, after);
    }
  }

  /**
   * Records that it is not known what is stored: a write failed, or a record that cannot be read
   * was removed. There is no tree until it is built anew.
   */
  public void recordUncertain(PartitionId partition) {
    Kept kept = partitions.get(partition);
    if (kept != null) {
      kept.tree = null;
    }
    if (isUnderway(partition)) {
      underway = null;
    }
  }

  /** Has a tree built anew, which finds what changed on the disk unnoticed. */
  public void requestBuilding(PartitionId partition) {
    Kept kept = partitions.get(partition);
    if (kept != null) {
      kept.isRequested = true;
    }
  }

  /** The tree of a partition; null if there is none, or it is not built yet. */
  public @Nullable DigestTree tree(PartitionId partition) {
    Kept kept = partitions.get(partition);
    return kept == null ? null : kept.tree;
  }

  /** Whether a tree is to be built anew, or being built. */
  public boolean isToBeBuilt(PartitionId partition, long nowNanos) {
    Kept kept = partitions.get(partition);
    return kept != null && (isUnderway(partition) || urgency(kept, nowNanos) > 0);
  }

  /**
   * The page that is needed next, to be read from now on; null if none is, or if one is being read.
   */
  public @Nullable PageToRead nextPage(long nowNanos) {
    if (underway == null) {
      Map.Entry<PartitionId, Kept> next = mostUrgent(nowNanos);
      if (next == null) {
        return null;
      }
      next.getValue().isRequested = false;
      underway = new Underway(next.getKey(), next.getValue());
    }
    if (underway.reading != null) {
      return null;
    }
    underway.reading = new PageToRead(++lastId, underway.partition, underway.building.beginPage());
    return underway.reading;
  }

  private Map.@Nullable Entry<PartitionId, Kept> mostUrgent(long nowNanos) {
    Map.Entry<PartitionId, Kept> chosen = null;
    int highest = 0;
    for (Map.Entry<PartitionId, Kept> each : partitions.entrySet()) {
      int urgency = urgency(each.getValue(), nowNanos);
      if (urgency > highest) {
        highest = urgency;
        chosen = each;
      }
    }
    return chosen;
  }

  private int urgency(Kept kept, long nowNanos) {
    if (kept.tree == null) {
      return 4;
    }
    if (kept.isRequested) {
      return 3;
    }
    if (kept.tree.isOutgrown()) {
      return 2;
    }
    return nowNanos - kept.builtNanos >= maxAgeNanos ? 1 : 0;
  }

  /**
   * Adds a page that was read; ignores it if it is not needed any more.
   *
   * @param records the intact records of the page, in the order of their keys
   * @param through the last key of the page; null if nothing follows it
   */
  public void addPage(
      PageToRead page, List<KeyVersion> records, @Nullable Key through, long nowNanos) {
    Underway now = underway;
    if (now == null || !page.equals(now.reading)) {
      return;
    }
    now.reading = null;
    now.building.addPage(records, through);
    if (now.building.isComplete()) {
      now.kept.tree = now.building.built();
      now.kept.builtNanos = nowNanos;
      underway = null;
    }
  }

  /** Records that a page could not be read: it is needed still. */
  public void recordUnread(PageToRead page) {
    if (underway != null && page.equals(underway.reading)) {
      underway.reading = null;
    }
  }

  private boolean isUnderway(PartitionId partition) {
    return underway != null && underway.partition.equals(partition);
  }

  /** What is being built. */
  private static final class Underway {
    private final PartitionId partition;
    private final Kept kept;
    private final TreeBuilding building = new TreeBuilding();
    private @Nullable PageToRead reading;

    Underway(PartitionId partition, Kept kept) {
      this.partition = partition;
      this.kept = kept;
    }
  }

  /** What is kept for one partition. */
  private static final class Kept {
    private @Nullable DigestTree tree;
    private boolean isRequested;
    private long builtNanos; // meaningless without a tree
  }
}
