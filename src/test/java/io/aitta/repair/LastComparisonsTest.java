package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.AntiEntropyReport;
import io.aitta.model.ComparisonStatus;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LastComparisonsTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final PartitionId P = new PartitionId(0);

  private final Map<NodeId, NodeReport> reports = new HashMap<>();

  private void compared(NodeId node, long millis, long mended) {
    NodeDetails details =
        new NodeDetails(List.of(), List.of(), List.of(new ReplicaReport(P, 10, millis, mended)));
    reports.put(
        node,
        new NodeReport(
            Incarnation.of(1, 1),
            true,
            "ready",
            "memory",
            "memory",
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            AntiEntropyReport.NONE,
            details,
            "1"));
  }

  private List<ComparisonStatus> comparisons(NodeId... members) {
    return LastComparisons.of(
        List.of(Configuration.stable(P, Epoch.FIRST, List.of(members))), reports);
  }

  private static List<ComparisonStatus> ended(long millis, long mended) {
    return List.of(new ComparisonStatus(P, Instant.ofEpochMilli(millis), mended));
  }

  @Test
  void thePairThatWasComparedLongestAgoCounts() {
    compared(A, 3_000, 2);
    compared(B, 1_000, 0);
    compared(C, 2_000, 1);
    assertEquals(ended(1_000, 3), comparisons(A, B, C));
  }

  @Test
  void oneMemberMayBeSilentSinceTheOthersCoverEveryPair() {
    compared(A, 3_000, 2);
    assertEquals(List.of(), comparisons(A, B, C), "{B,C} is covered by nobody");
    compared(C, 2_000, 1);
    assertEquals(ended(2_000, 3), comparisons(A, B, C));
  }

  @Test
  void oneThatStartedSinceThenTakesNothingFromWhatTheOthersKnow() {
    compared(A, 3_000, 2);
    compared(C, -1, 0);
    assertEquals(List.of(), comparisons(A, B, C), "{B,C} is covered by nobody");
    compared(B, 4_000, 1);
    assertEquals(ended(3_000, 3), comparisons(A, B, C));
  }

  @Test
  void aLoneMemberHasNobodyToCompareWithAndStrangersDoNotCount() {
    compared(A, 3_000, 2);
    compared(D, 4_000, 5);
    assertEquals(List.of(), comparisons(A));
    assertEquals(ended(3_000, 2), comparisons(A, B));
  }
}
