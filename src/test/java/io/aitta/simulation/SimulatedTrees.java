package io.aitta.simulation;

import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.repair.DigestTree;
import io.aitta.repair.PageToRead;
import io.aitta.repair.ReplicaTrees;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree of a simulated node's replica: built while writes go on, and as old as writes allow.
 * Whenever somebody looks at it, it must say what the disk holds.
 */
final class SimulatedTrees {
  private final Simulation world;
  private final SimulatedNode node;
  private final ReplicaTrees trees;
  private boolean isPageWanted;

  SimulatedTrees(Simulation world, SimulatedNode node, ReplicaTrees trees) {
    this.world = world;
    this.node = node;
    this.trees = trees;
  }

  /** A page of stored records, in the order of their keys. */
  record Page(List<KeyVersion> records, @Nullable Key through) {}

  /** Reads one of few records: there are few keys, and pages must have an end. */
  Page read(@Nullable Key after) throws StorageException {
    ScanPage scanned =
        node.engine().scan(Simulation.PARTITION, after, 1 + world.random().nextInt(3), 1_000_000);
    List<KeyVersion> records = versions(scanned.entries());
    return new Page(records, scanned.isLast() ? null : records.get(records.size() - 1).key());
  }

  private static List<KeyVersion> versions(List<KeyedEntry> entries) {
    return entries.stream().map(one -> KeyVersion.of(one.key(), one.entry())).toList();
  }

  void requestBuilding() {
    trees.requestBuilding(Simulation.PARTITION);
  }

  /** Goes on to build what is to be built. */
  void proceed() {
    if (isPageWanted) {
      return;
    }
    trees.keep(node.configurations().replicasOf(node.self()));
    PageToRead page = trees.nextPage(world.nowNanos());
    if (page != null) {
      isPageWanted = true;
      world.at(node.self(), world.batchNanos(), () -> read(page));
    }
  }

  private void read(PageToRead page) {
    try {
      Page read = read(page.after());
      world.at(node.self(), world.batchNanos(), () -> add(page, read));
    } catch (StorageException e) {
      trees.recordUnread(page);
      isPageWanted = false;
    }
  }

  private void add(PageToRead page, Page read) {
    trees.addPage(page, read.records(), read.through(), world.nowNanos());
    isPageWanted = false;
    if (read.through() == null) {
      world.coverage().count(Event.TREE_BUILT);
    }
    proceed();
  }

  /** The tree; null if there is none. */
  @Nullable DigestTree tree() {
    trees.keep(node.configurations().replicasOf(node.self()));
    DigestTree tree = trees.tree(Simulation.PARTITION);
    if (tree != null) {
      check(tree);
    }
    return tree;
  }

  private void check(DigestTree tree) {
    DigestTree stored = DigestTree.empty();
    try {
      versions(world.disk(node.self()).scan(Simulation.PARTITION, null, 1_000, 1_000_000).entries())
          .forEach(stored::add);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
    world.require(
        tree.summary().digest() == stored.summary().digest()
            && tree.summary().records() == stored.summary().records(),
        () ->
            "the tree of " + node.self() + " says " + tree.summary() + ", not " + stored.summary());
  }
}
