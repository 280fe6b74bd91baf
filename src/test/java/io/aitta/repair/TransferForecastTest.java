package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReport;
import io.aitta.model.TransferPurpose;
import io.aitta.model.TransferReport;
import io.aitta.model.TransferStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** D is to hold partition 0 of {A,B,C}. */
final class TransferForecastTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final PartitionId P = new PartitionId(0);
  private static final Epoch JOINT = Epoch.FIRST.next();
  private static final Configuration CONFIGURATION =
      new Configuration(P, JOINT, List.of(A, B, C), List.of(B, C, D));

  private final Map<NodeId, NodeReport> reports = new HashMap<>();

  private static NodeReport report(
      long entries, long bytes, long bytesPerSecond, @Nullable NodeDetails details) {
    return new NodeReport(
        Incarnation.of(1, 1),
        true,
        "ready",
        "memory",
        "memory",
        entries,
        0,
        bytes,
        1,
        0,
        0,
        0,
        0,
        bytesPerSecond,
        0,
        0,
        0,
        null,
        details,
        "1");
  }

  private void holds(NodeId node, long records) {
    reports.put(
        node,
        report(
            records,
            records * 100,
            0,
            new NodeDetails(List.of(), List.of(), List.of(new ReplicaReport(P, records, -1, 0)))));
  }

  private TransferStatus loads(
      Epoch epoch,
      long entries,
      long bytes,
      long bytesPerSecond,
      int needed,
      TransferReport.Source... sources) {
    TransferReport transfer =
        new TransferReport(
            P, epoch, TransferPurpose.LOAD, entries, bytes, 0, List.of(sources), needed);
    reports.put(
        D, report(0, 0, bytesPerSecond, new NodeDetails(List.of(transfer), List.of(), List.of())));
    List<TransferStatus> transfers =
        new TransferForecast(reports).transfers(List.of(CONFIGURATION));
    assertEquals(1, transfers.size());
    assertEquals(D, transfers.get(0).to());
    assertEquals(transfer, transfers.get(0).report());
    return transfers.get(0);
  }

  @Test
  void whatIsToComeIsTheRestOfTheSourceAndAllOfTheNext() {
    holds(A, 100);
    holds(B, 90);
    holds(C, 80);
    TransferStatus status =
        loads(JOINT, 40, 8_000, 2_000, 2, new TransferReport.Source(B, 40, false));
    assertEquals(50 + 100, status.remainingEntries());
    assertEquals(150 * 200, status.remainingBytes());
    assertEquals(Duration.ofSeconds(15), status.timeLeft());
  }

  @Test
  void aSourceThatGaveEverythingIsNotCountedAgain() {
    holds(A, 100);
    holds(B, 90);
    holds(C, 80);
    TransferStatus status =
        loads(JOINT, 100, 10_000, 1_000, 1, new TransferReport.Source(A, 100, true));
    assertEquals(90, status.remainingEntries());
    assertEquals(Duration.ofSeconds(9), status.timeLeft());
  }

  @Test
  void aSourceThatGaveMoreThanItHeldLeavesNothing() {
    holds(A, 10); // it was written to, or reported before
    TransferStatus status = loads(JOINT, 12, 1_200, 0, 1, new TransferReport.Source(A, 12, false));
    assertEquals(0, status.remainingEntries());
    assertEquals(0, status.remainingBytes());
    assertEquals(Duration.ZERO, status.timeLeft());
  }

  @Test
  void whatASourceDoesNotSayIsNotGuessed() {
    holds(A, 100);
    holds(B, -1); // its tree is being built
    TransferStatus status =
        loads(JOINT, 40, 8_000, 2_000, 2, new TransferReport.Source(A, 40, false));
    assertEquals(-1, status.remainingEntries());
    assertEquals(-1, status.remainingBytes());
    assertNull(status.timeLeft());
  }

  @Test
  void beforeTheFirstEntryTheSizeIsNotKnownToANodeThatHoldsNothing() {
    holds(A, 100);
    holds(B, 100);
    TransferStatus status = loads(JOINT, 0, 0, 2_000, 2);
    assertEquals(200, status.remainingEntries());
    assertEquals(-1, status.remainingBytes());
    assertNull(status.timeLeft());
  }

  @Test
  void withoutARateTheTimeIsNotKnown() {
    holds(A, 100);
    TransferStatus status = loads(JOINT, 40, 8_000, 0, 1, new TransferReport.Source(A, 40, false));
    assertEquals(60 * 200, status.remainingBytes());
    assertNull(status.timeLeft());
  }

  @Test
  void aNodeTakesItsPartitionsInTurn() {
    PartitionId q = new PartitionId(1);
    Configuration second = new Configuration(q, JOINT, List.of(A, B, C), List.of(B, C, D));
    reports.put(
        A,
        report(
            0,
            0,
            0,
            new NodeDetails(
                List.of(),
                List.of(),
                List.of(new ReplicaReport(P, 50, -1, 0), new ReplicaReport(q, 110, -1, 0)))));
    List<TransferReport.Source> source = List.of(new TransferReport.Source(A, 10, false));
    reports.put(
        D,
        report(
            20,
            2_000,
            1_000,
            new NodeDetails(
                List.of(
                    new TransferReport(P, JOINT, TransferPurpose.LOAD, 10, 1_000, 0, source, 1),
                    new TransferReport(q, JOINT, TransferPurpose.LOAD, 10, 1_000, 0, source, 1)),
                List.of(),
                List.of())));
    List<TransferStatus> transfers =
        new TransferForecast(reports).transfers(List.of(CONFIGURATION, second));
    assertEquals(4_000, transfers.get(0).remainingBytes());
    assertEquals(Duration.ofSeconds(8), transfers.get(0).timeLeft(), "as much of the other");
    assertEquals(10_000, transfers.get(1).remainingBytes());
    assertEquals(Duration.ofSeconds(14), transfers.get(1).timeLeft(), "the last takes all");
  }

  @Test
  void aTransferOfAnotherEpochHasNoForecast() {
    holds(A, 100);
    holds(B, 100);
    assertEquals(-1, loads(Epoch.FIRST, 40, 8_000, 10, 2).remainingEntries());
  }

  @Test
  void aNodeThatSaysNothingOfItAndAPartitionThatIsNotThereCountForNothing() {
    reports.put(A, report(1, 1, 1, null));
    assertEquals(List.of(), new TransferForecast(reports).transfers(List.of(CONFIGURATION)));
    loads(JOINT, 0, 0, 0, 2);
    assertEquals(List.of(), new TransferForecast(reports).transfers(List.of()));
  }
}
