package io.aitta.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HintReceiversTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final Configuration STABLE =
      Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C));
  private static final Configuration JOINT =
      new Configuration(
          new PartitionId(0), Epoch.FIRST.next(), List.of(A, B, C), List.of(A, B, D), List.of());

  @Test
  void aMemberIsGivenItsHint() {
    assertEquals(List.of(C), HintReceivers.of(C, STABLE));
  }

  @Test
  void theHintOfAFormerMemberGoesToAllMembers() {
    assertEquals(List.of(A, B, C), HintReceivers.of(D, STABLE));
  }

  @Test
  void whoStaysOrJoinsIsGivenItsHint() {
    assertEquals(List.of(A), HintReceivers.of(A, JOINT));
    assertEquals(List.of(D), HintReceivers.of(D, JOINT));
  }

  /** C is leaving: who loaded from it may have done so before the hint came. */
  @Test
  void theHintOfALeavingMemberGoesToAllThatHoldTheKeyOrAreTo() {
    assertEquals(List.of(A, B, C, D), HintReceivers.of(C, JOINT));
  }
}
