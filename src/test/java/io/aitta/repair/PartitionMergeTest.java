package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionMergeTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);

  @Test
  void isWholeAfterAMajorityOfOthersThatAreWhole() {
    // A of {A,B,C,D,E}: an acknowledged write may be on A and two others only
    PartitionMerge merge = merge(A, A, B, C, D, E);
    merge.recordMerged(B, true);
    merge.recordMerged(C, true);
    assertFalse(merge.isComplete(), "two of five, but D and E may hold what B and C lack");
    merge.recordMerged(D, true);
    assertTrue(merge.isComplete());
  }

  @Test
  void aSourceThatLostRecordsItselfDoesNotCount() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    merge.recordMerged(B, false);
    merge.recordMerged(C, true);
    merge.recordMerged(D, true);
    assertFalse(merge.isComplete());
    merge.recordMerged(E, true);
    assertTrue(merge.isComplete());
  }

  @Test
  void isWholeAfterEveryOtherIfThereAreNoMore() {
    PartitionMerge merge = merge(B, A, B, C);
    merge.recordMerged(A, false);
    assertFalse(merge.isComplete());
    merge.recordMerged(C, false);
    assertTrue(merge.isComplete(), "nobody has more");
  }

  @Test
  void mergesNothingWhileAPutFromBeforeTheLossMayBeInFlight() {
    // A applied w, said so, and lost it; w is acknowledged by {A, B} once B has it
    PartitionMerge merge =
        PartitionMerge.recovering(
            Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C)), A, 1_000);
    assertNull(merge.nextSource(node -> true, 999));
    assertNull(merge.nextSource(node -> true, Long.MIN_VALUE / 2));
    assertFalse(merge.isComplete());
    assertEquals(B, merge.nextSource(node -> true, 1_000));
  }

  @Test
  void saysHowManySourcesItNeedsStill() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    assertEquals(3, merge.sourcesNeeded());
    merge.recordMerged(B, true);
    assertEquals(2, merge.sourcesNeeded());
    merge.recordMerged(C, false);
    assertEquals(2, merge.sourcesNeeded(), "C lost records itself");
    merge.recordMerged(D, false);
    assertEquals(1, merge.sourcesNeeded(), "E is the last one");
    merge.recordMerged(E, true);
    assertEquals(0, merge.sourcesNeeded());
  }

  @Test
  void theSameSourceCountsOnce() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    for (int i = 0; i < 5; i++) {
      merge.recordMerged(B, true);
    }
    assertFalse(merge.isComplete());
  }

  @Test
  void aLoneMemberIsWholeAtOnce() {
    PartitionMerge merge = merge(A, A);
    assertTrue(merge.isComplete());
    assertNull(merge.nextSource(node -> true, 0));
  }

  @Test
  void aNodeThatIsNoMemberHasNothingToMerge() {
    PartitionMerge merge = merge(D, A, B, C);
    assertTrue(merge.isComplete());
  }

  @Test
  void takesSourcesInOrderOncePerMemberAndOnlyAvailableOnes() {
    PartitionMerge merge = merge(B, A, B, C, D);
    assertEquals(A, merge.nextSource(node -> true, 0));
    assertEquals(C, merge.nextSource(node -> !node.equals(A), 0));
    merge.recordMerged(A, true);
    assertEquals(C, merge.nextSource(node -> true, 0));
    merge.recordMerged(C, true);
    merge.recordMerged(D, false);
    assertNull(merge.nextSource(node -> true, 0));
  }

  /** {A,B,C} to {B,C,D}: each merges from two of the old ones, itself counted if it is one. */
  @Test
  void inAJointConfigurationEverybodyMergesFromAMajorityOfTheOldMembers() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B, C), List.of(B, C, D));
    PartitionMerge joins = PartitionMerge.loading(joint, D, 0);
    joins.recordMerged(A, true);
    assertFalse(joins.isComplete(), "what it held before counts for nothing");
    joins.recordMerged(B, true);
    assertTrue(joins.isComplete());
    PartitionMerge stays = PartitionMerge.loading(joint, B, 0);
    assertFalse(stays.isComplete());
    assertEquals(A, stays.nextSource(node -> true, 0));
    assertThrows(
        IllegalArgumentException.class, () -> stays.recordMerged(D, true), "not an old one");
    stays.recordMerged(C, true);
    assertTrue(stays.isComplete());
    PartitionMerge lost = PartitionMerge.recovering(joint, B, 0);
    lost.recordMerged(C, true);
    assertFalse(lost.isComplete(), "it lost records, so it is no source");
    lost.recordMerged(A, true);
    assertTrue(lost.isComplete());
  }

  /** B, C and D are left of {A,B,C} to {B,C,D}. */
  @Test
  void inARecoveryEverybodyMergesFromAllSurvivors() {
    Configuration recovery =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(B, C, D), List.of(B, C, D));
    PartitionMerge merge = PartitionMerge.loading(recovery, B, 0);
    merge.recordMerged(C, true);
    assertFalse(merge.isComplete(), "a majority is not enough");
    merge.recordMerged(D, true);
    assertTrue(merge.isComplete());
    Configuration after =
        new Configuration(new PartitionId(0), new Epoch(1, 3), List.of(B, C, D), List.of(A, B, C));
    PartitionMerge later = PartitionMerge.loading(after, B, 0);
    later.recordMerged(C, true);
    assertTrue(later.isComplete(), "afterwards it is as ever");
    Configuration alone =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(C), List.of(A, C));
    assertTrue(PartitionMerge.loading(alone, C, 0).isComplete());
    assertFalse(PartitionMerge.loading(alone, A, 0).isComplete());
  }

  @Test
  void aLoneMemberHasNobodyToMergeFrom() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A), List.of(A, B));
    assertTrue(PartitionMerge.loading(joint, A, 0).isComplete());
    assertFalse(PartitionMerge.loading(joint, B, 0).isComplete());
  }

  @Test
  void refusesWhatIsNoOtherMember() {
    PartitionMerge merge = merge(A, A, B);
    assertThrows(IllegalArgumentException.class, () -> merge.recordMerged(A, true));
    assertThrows(IllegalArgumentException.class, () -> merge.recordMerged(C, true));
  }

  private static PartitionMerge merge(NodeId self, NodeId... members) {
    return PartitionMerge.recovering(
        Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(members)), self, 0);
  }
}
