package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import io.aitta.model.TreeNodes;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random writes while trees are built from pages, against a tree of what is stored in the end. */
final class ReplicaTreesPropertyTest {
  private static final PartitionId P = new PartitionId(0);
  private static final int SEQUENCES = 100;

  private int duringPage;
  private int compared;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aTreeIsAlwaysThatOfTheStoredRecords(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SEQUENCES; i++) {
      run(random);
    }
    assertTrue(duringPage > SEQUENCES, "writes during pages: " + duringPage);
    assertTrue(compared > SEQUENCES, "compared: " + compared);
  }

  private void run(Random random) {
    Records records = new Records();
    ReplicaTrees trees = new ReplicaTrees(Long.MAX_VALUE);
    int keys = 1 + random.nextInt(300);
    for (int i = random.nextInt(400); i > 0; i--) {
      records.put(Records.record(random.nextInt(keys), i, random.nextBoolean()));
    }
    trees.keep(List.of(P));
    for (int step = 0; step < 200; step++) {
      write(random, keys, step, records, trees);
      if (random.nextInt(50) == 0) {
        trees.recordUncertain(P);
      } else if (random.nextInt(30) == 0) {
        trees.requestBuilding(P);
      }
      PageToRead page = trees.nextPage(0);
      if (page != null) {
        readPage(page, random, keys, step, records, trees);
      }
      check(records, trees);
    }
  }

  private void readPage(
      PageToRead page, Random random, int keys, int step, Records records, ReplicaTrees trees) {
    if (random.nextInt(10) == 0) {
      trees.recordUnread(page);
      return;
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      duringPage++;
      write(random, keys, step, records, trees);
    }
    int max = 1 + random.nextInt(60);
    List<KeyVersion> read = records.page(page.after(), max);
    for (int i = random.nextInt(4); i > 0; i--) {
      write(random, keys, step, records, trees);
    }
    trees.addPage(page, read, read.size() < max ? null : read.get(max - 1).key(), 0);
  }

  private static void write(
      Random random, int keys, int step, Records records, ReplicaTrees trees) {
    int key = random.nextInt(keys);
    KeyVersion before = records.stored().get(Records.key(key));
    KeyVersion after =
        random.nextInt(4) == 0
            ? null
            : Records.record(key, 1_000L + 10L * step + random.nextInt(10), random.nextBoolean());
    if (after != null) {
      records.put(after);
    } else if (before != null) {
      records.remove(before.key());
    }
    trees.recordApplied(P, Records.key(key), Records.entry(before), Records.entry(after));
  }

  private void check(Records records, ReplicaTrees trees) {
    DigestTree tree = trees.tree(P);
    if (tree == null) {
      return;
    }
    compared++;
    DigestTree expected = Records.treeOf(records.stored().values());
    assertEquals(expected.summary().digest(), tree.summary().digest());
    assertEquals(expected.summary().records(), tree.summary().records());
    if (Math.min(tree.summary().depth(), expected.summary().depth()) > 0) {
      assertEquals(expected.children(TreeNodes.ROOT, 1), tree.children(TreeNodes.ROOT, 1));
    }
  }
}
