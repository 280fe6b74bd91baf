package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionMergeTest {
  private static final HybridTime NOW = HybridTime.ofMillis(1_000);
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);

  @Test
  void isWholeAfterAMajorityOfOthersThatAreWhole() {
    // A of {A,B,C,D,E}: an acknowledged write may be on A and two others only
    PartitionMerge merge = merge(A, A, B, C, D, E);
    merge.recordMerged(B, true, NOW);
    merge.recordMerged(C, true, NOW);
    assertFalse(merge.isComplete(NOW), "two of five, but D and E may hold what B and C lack");
    merge.recordMerged(D, true, NOW);
    assertTrue(merge.isComplete(NOW));
  }

  @Test
  void aSourceThatLostRecordsItselfDoesNotCount() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    merge.recordMerged(B, false, NOW);
    merge.recordMerged(C, true, NOW);
    merge.recordMerged(D, true, NOW);
    assertFalse(merge.isComplete(NOW));
    merge.recordMerged(E, true, NOW);
    assertTrue(merge.isComplete(NOW));
  }

  @Test
  void isWholeAfterEveryOtherIfThereAreNoMore() {
    PartitionMerge merge = merge(B, A, B, C);
    merge.recordMerged(A, false, NOW);
    assertFalse(merge.isComplete(NOW));
    merge.recordMerged(C, false, NOW);
    assertTrue(merge.isComplete(NOW), "nobody has more");
  }

  @Test
  void mergesNothingWhileAPutFromBeforeTheLossMayBeInFlight() {
    // A applied w, said so, and lost it; w is acknowledged by {A, B} once B has it
    PartitionMerge merge =
        PartitionMerge.recovering(
            Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C)), A, 1_000);
    assertNull(merge.nextSource(node -> true, 999));
    assertNull(merge.nextSource(node -> true, Long.MIN_VALUE / 2));
    assertFalse(merge.isComplete(NOW));
    assertEquals(B, merge.nextSource(node -> true, 1_000));
  }

  @Test
  void saysHowManySourcesItNeedsStill() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    assertEquals(3, merge.sourcesNeeded());
    merge.recordMerged(B, true, NOW);
    assertEquals(2, merge.sourcesNeeded());
    merge.recordMerged(C, false, NOW);
    assertEquals(2, merge.sourcesNeeded(), "C lost records itself");
    merge.recordMerged(D, false, NOW);
    assertEquals(1, merge.sourcesNeeded(), "E is the last one");
    merge.recordMerged(E, true, NOW);
    assertEquals(0, merge.sourcesNeeded());
  }

  @Test
  void theSameSourceCountsOnce() {
    PartitionMerge merge = merge(A, A, B, C, D, E);
    for (int i = 0; i < 5; i++) {
      merge.recordMerged(B, true, NOW);
    }
    assertFalse(merge.isComplete(NOW));
  }

  @Test
  void aLoneMemberIsWholeAtOnce() {
    PartitionMerge merge = merge(A, A);
    assertTrue(merge.isComplete(NOW));
    assertNull(merge.nextSource(node -> true, 0));
  }

  @Test
  void aNodeThatIsNoMemberHasNothingToMerge() {
    PartitionMerge merge = merge(D, A, B, C);
    assertTrue(merge.isComplete(NOW));
  }

  @Test
  void takesSourcesInOrderOncePerMemberAndOnlyAvailableOnes() {
    PartitionMerge merge = merge(B, A, B, C, D);
    assertEquals(A, merge.nextSource(node -> true, 0));
    assertEquals(C, merge.nextSource(node -> !node.equals(A), 0));
    merge.recordMerged(A, true, NOW);
    assertEquals(C, merge.nextSource(node -> true, 0));
    merge.recordMerged(C, true, NOW);
    merge.recordMerged(D, false, NOW);
    assertNull(merge.nextSource(node -> true, 0));
  }

  /** {A,B,C} to {B,C,D}: each merges from two of the old ones, itself counted if it is one. */
  @Test
  void inAJointConfigurationEverybodyMergesFromAMajorityOfTheOldMembers() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B, C), List.of(B, C, D));
    PartitionMerge joins = PartitionMerge.loading(joint, D, 0);
    joins.recordMerged(A, true, NOW);
    assertFalse(joins.isComplete(NOW), "what it held before counts for nothing");
    joins.recordMerged(B, true, NOW);
    assertTrue(joins.isComplete(NOW));
    PartitionMerge stays = PartitionMerge.loading(joint, B, 0);
    assertFalse(stays.isComplete(NOW));
    assertEquals(A, stays.nextSource(node -> true, 0));
    assertThrows(
        IllegalArgumentException.class, () -> stays.recordMerged(D, true, NOW), "not an old one");
    stays.recordMerged(C, true, NOW);
    assertTrue(stays.isComplete(NOW));
    PartitionMerge lost = PartitionMerge.recovering(joint, B, 0);
    lost.recordMerged(C, true, NOW);
    assertFalse(lost.isComplete(NOW), "it lost records, so it is no source");
    lost.recordMerged(A, true, NOW);
    assertTrue(lost.isComplete(NOW));
  }

  /** B, C and D are left of {A,B,C} to {B,C,D}. */
  @Test
  void inARecoveryEverybodyMergesFromAllSurvivors() {
    Configuration recovery =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(B, C, D), List.of(B, C, D));
    PartitionMerge merge = PartitionMerge.loading(recovery, B, 0);
    merge.recordMerged(C, true, NOW);
    assertFalse(merge.isComplete(NOW), "a majority is not enough");
    merge.recordMerged(D, true, NOW);
    assertTrue(merge.isComplete(NOW));
    Configuration after =
        new Configuration(new PartitionId(0), new Epoch(1, 3), List.of(B, C, D), List.of(A, B, C));
    PartitionMerge later = PartitionMerge.loading(after, B, 0);
    later.recordMerged(C, true, NOW);
    assertTrue(later.isComplete(NOW), "afterwards it is as ever");
    Configuration alone =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(C), List.of(A, C));
    assertTrue(PartitionMerge.loading(alone, C, 0).isComplete(NOW));
    assertFalse(PartitionMerge.loading(alone, A, 0).isComplete(NOW));
  }

  /** A and B, whose times are ahead, may have said together that something is expired. */
  @Test
  void whatIsLoadedCountsOnceThisNodesTimeHasReachedThatOfItsSources() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B, C), List.of(A, D, E));
    PartitionMerge merge = PartitionMerge.loading(joint, D, 0);
    HybridTime ahead = HybridTime.ofMillis(2_000);
    merge.recordMerged(A, true, ahead);
    merge.recordMerged(C, true, NOW);
    assertFalse(merge.isComplete(NOW));
    assertEquals(B, merge.nextSource(node -> true, 0), "B may make up for A");
    assertNull(merge.awaits(NOW), "it is B that is waited for");
    merge.recordMerged(B, true, ahead.next());
    assertFalse(merge.isComplete(NOW));
    assertEquals(0, merge.sourcesNeeded());
    assertNull(merge.nextSource(node -> true, 0));
    assertEquals(ahead.next(), merge.awaits(NOW));
    assertTrue(merge.isComplete(ahead), "A and C");
    assertNull(merge.awaits(ahead));
  }

  @Test
  void aSourceWhoseTimeIsAheadIsMadeUpForByOthers() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B, C), List.of(A, D, E));
    PartitionMerge merge = PartitionMerge.loading(joint, D, 0);
    merge.recordMerged(A, true, HybridTime.ofMillis(3_600_000));
    merge.recordMerged(B, true, NOW);
    merge.recordMerged(C, true, NOW);
    assertTrue(merge.isComplete(NOW));
  }

  /** What was lost is lost, and this node's own time is what it was. */
  @Test
  void neitherARecoveryNorWhoLostRecordsWaitsForTime() {
    HybridTime ahead = HybridTime.ofMillis(3_600_000);
    PartitionMerge lost = merge(A, A, B, C);
    lost.recordMerged(B, true, ahead);
    lost.recordMerged(C, true, ahead);
    assertTrue(lost.isComplete(NOW));
    Configuration recovery =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(B), List.of(A, B));
    PartitionMerge merge = PartitionMerge.loading(recovery, A, 0);
    merge.recordMerged(B, true, ahead);
    assertTrue(merge.isComplete(NOW));
  }

  @Test
  void aLoneMemberHasNobodyToMergeFrom() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A), List.of(A, B));
    assertTrue(PartitionMerge.loading(joint, A, 0).isComplete(NOW));
    assertFalse(PartitionMerge.loading(joint, B, 0).isComplete(NOW));
  }

  @Test
  void refusesWhatIsNoOtherMember() {
    PartitionMerge merge = merge(A, A, B);
    assertThrows(IllegalArgumentException.class, () -> merge.recordMerged(A, true, NOW));
    assertThrows(IllegalArgumentException.class, () -> merge.recordMerged(C, true, NOW));
  }

  private static PartitionMerge merge(NodeId self, NodeId... members) {
    return PartitionMerge.recovering(
        Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(members)), self, 0);
  }
}
