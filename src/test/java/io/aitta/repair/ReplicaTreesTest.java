package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReplicaTreesTest {
  private static final PartitionId P = new PartitionId(3);
  private static final PartitionId Q = new PartitionId(4);
  private static final long MAX_AGE = 1_000;

  private final ReplicaTrees trees = new ReplicaTrees(MAX_AGE);

  @Test
  void aPartitionHasNoTreeUntilItIsBuilt() {
    trees.keep(List.of(P));
    assertNull(trees.tree(P));
    assertTrue(trees.isToBeBuilt(P, 0));
    PageToRead first = page(0);
    assertEquals(P, first.partition());
    assertNull(first.after());
    assertNull(trees.nextPage(0), "one page at a time");
    trees.addPage(first, List.of(Records.record(1, 1, false)), Records.key(1), 0);
    assertNull(trees.tree(P), "one page of two");
    PageToRead second = page(0);
    assertEquals(Records.key(1), second.after());
    trees.addPage(second, List.of(Records.record(2, 1, false)), null, 0);
    assertEquals(2, tree(P).summary().records());
    assertFalse(trees.isToBeBuilt(P, 0));
    assertNull(trees.nextPage(0));
  }

  @Test
  void aWriteCountsOnceWhereverThePagesAre() {
    trees.keep(List.of(P));
    KeyVersion old1 = Records.record(1, 1, false);
    KeyVersion new1 = Records.record(1, 9, false);
    KeyVersion new2 = Records.record(2, 9, true);
    KeyVersion new5 = Records.record(5, 9, false);
    apply(null, old1); // before any page: it will show it
    PageToRead first = page(0);
    apply(old1, new1); // the page may show the old one
    apply(null, new2); // the page may miss it
    apply(null, new5); // behind the page
    trees.addPage(first, List.of(old1, Records.record(3, 1, false)), Records.key(3), 0);
    KeyVersion newer1 = Records.record(1, 12, true);
    apply(new1, newer1); // counted already
    trees.addPage(page(0), List.of(new5), null, 0);
    assertEquals(
        Records.treeOf(List.of(newer1, new2, Records.record(3, 1, false), new5)).summary(),
        tree(P).summary());
  }

  @Test
  void writesGoOnInTheTreeThatIsThere() {
    build(P);
    apply(null, Records.record(1, 1, false));
    assertEquals(1, tree(P).summary().records());
    trees.recordApplied(Q, Records.key(1), null, Records.entry(Records.record(1, 1, false)));
    assertNull(trees.tree(Q), "not kept");
  }

  @Test
  void whatIsUncertainIsBuiltAnewFromTheBeginning() {
    build(P);
    trees.recordUncertain(P);
    trees.recordUncertain(Q);
    assertNull(trees.tree(P));
    PageToRead first = page(0);
    trees.addPage(first, List.of(Records.record(1, 1, false)), Records.key(1), 0);
    PageToRead second = page(0);
    trees.recordUncertain(P);
    trees.addPage(second, List.of(), null, 0);
    assertNull(trees.tree(P), "the first page may be wrong now");
    assertNull(page(0).after());
  }

  @Test
  void aPageThatCouldNotBeReadIsReadAgain() {
    trees.keep(List.of(P));
    PageToRead first = page(0);
    trees.recordUnread(new PageToRead(99, P, null));
    assertNull(trees.nextPage(0));
    trees.recordUnread(first);
    assertNull(page(0).after());
    trees.addPage(first, List.of(), null, 0);
    assertNull(trees.tree(P), "the answer to the page that was given up");
  }

  @Test
  void aPageIsReadAgainIfMoreWasWrittenMeanwhileThanIsRemembered() {
    trees.keep(List.of(P));
    PageToRead first = page(0);
    for (int i = 0; i < 100_001; i++) {
      apply(null, Records.record(i, 1, false));
    }
    trees.addPage(first, List.of(), null, 0);
    assertNull(trees.tree(P));
    trees.addPage(page(0), List.of(Records.record(1, 1, false)), null, 0);
    assertEquals(1, tree(P).summary().records());
  }

  @Test
  void aTreeIsBuiltAnewOnRequestWhileTheOldOneServes() {
    build(P);
    apply(null, Records.record(1, 1, false));
    trees.requestBuilding(P);
    trees.requestBuilding(Q);
    assertTrue(trees.isToBeBuilt(P, 0));
    PageToRead page = page(0);
    assertTrue(trees.isToBeBuilt(P, 0), "being built");
    assertEquals(1, tree(P).summary().records());
    trees.addPage(page, List.of(), null, 0);
    assertEquals(0, tree(P).summary().records(), "the record vanished from the disk");
  }

  @Test
  void aTreeIsBuiltAnewWhenItIsOld() {
    long start = Long.MAX_VALUE - 10; // the monotonic clock wraps
    trees.keep(List.of(P));
    trees.addPage(page(start), List.of(), null, start);
    assertNull(trees.nextPage(start + MAX_AGE - 1));
    assertEquals(P, page(start + MAX_AGE).partition());
  }

  @Test
  void whatHasNoTreeComesBeforeWhatIsRequestedOutgrownOrOld() {
    build(P, Q, new PartitionId(5), new PartitionId(6));
    for (int i = 0; i < 65; i++) {
      trees.recordApplied(Q, Records.key(i), null, Records.entry(Records.record(i, 1, false)));
    }
    trees.requestBuilding(new PartitionId(5));
    trees.recordUncertain(new PartitionId(6));
    for (int expected : new int[] {6, 5, 4, 3}) {
      PageToRead page = page(MAX_AGE);
      assertEquals(expected, page.partition().value());
      trees.addPage(page, List.of(), null, MAX_AGE);
    }
    assertNull(trees.nextPage(MAX_AGE));
  }

  @Test
  void forgetsPartitionsThatItKeepsNoMore() {
    build(P);
    trees.requestBuilding(P);
    PageToRead page = page(0);
    trees.keep(List.of(Q));
    trees.addPage(page, List.of(), null, 0);
    assertNull(trees.tree(P));
    assertFalse(trees.isToBeBuilt(P, 0));
    assertEquals(Q, page(0).partition());
  }

  private void apply(@Nullable KeyVersion before, KeyVersion after) {
    trees.recordApplied(P, after.key(), Records.entry(before), Records.entry(after));
  }

  private void build(PartitionId... partitions) {
    trees.keep(List.of(partitions));
    for (PageToRead page = trees.nextPage(0); page != null; page = trees.nextPage(0)) {
      trees.addPage(page, List.of(), null, 0);
    }
  }

  private PageToRead page(long now) {
    PageToRead page = trees.nextPage(now);
    assertNotNull(page);
    return page;
  }

  private DigestTree tree(PartitionId partition) {
    DigestTree tree = trees.tree(partition);
    assertNotNull(tree);
    return tree;
  }
}
