package io.aitta.actor;

import static io.aitta.model.TransferPurpose.LOAD;
import static io.aitta.model.TransferPurpose.MEND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.ClusterEvent;
import io.aitta.model.ClusterEvent.TransferFailure;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.TransferReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransferBookTest {
  private static final NodeId SELF = new NodeId(9);
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final PartitionId P = new PartitionId(3);
  private static final PartitionId Q = new PartitionId(4);
  private static final Epoch EPOCH = Epoch.FIRST.next();
  private static final long SECOND = 1_000_000_000L;

  private final List<ClusterEvent> events = new ArrayList<>();
  private final TransferBook book = new TransferBook(SELF, events::add);

  @Test
  void addsUpWhatEachSourceGaveAndHowFast() {
    book.begin(P, EPOCH, LOAD, 0);
    book.recordTaken(P, B, 10, 1_000, false, SECOND);
    book.recordTaken(P, B, 5, 500, true, 2 * SECOND);
    book.recordTaken(P, A, 1, 100, false, 3 * SECOND);
    assertEquals(
        List.of(
            new TransferReport(
                P,
                EPOCH,
                LOAD,
                16,
                1_600,
                750,
                List.of(
                    new TransferReport.Source(A, 1, false), new TransferReport.Source(B, 15, true)),
                1)),
        book.reports(partition -> 1, 3 * SECOND));
  }

  @Test
  void tellsOfTheBeginningAndTheEnd() {
    book.begin(P, EPOCH, LOAD, 0);
    book.recordTaken(P, A, 10, 1_000, true, SECOND);
    book.end(P, true, 3 * SECOND);
    book.end(P, true, 4 * SECOND);
    assertEquals(
        List.of(
            new ClusterEvent.TransferBegan(SELF, P, EPOCH, LOAD),
            new ClusterEvent.TransferFinished(
                SELF, P, EPOCH, LOAD, 10, 1_000, Duration.ofSeconds(3))),
        events);
    assertEquals(List.of(), book.reports(partition -> 0, 4 * SECOND));
  }

  @Test
  void tellsOfALossAndThatTheReplicaIsWholeAgain() {
    book.begin(P, EPOCH, MEND, 0);
    book.end(P, true, SECOND);
    assertEquals(
        List.of(
            new ClusterEvent.ReplicaDamaged(SELF, P),
            new ClusterEvent.TransferBegan(SELF, P, EPOCH, MEND),
            new ClusterEvent.TransferFinished(SELF, P, EPOCH, MEND, 0, 0, Duration.ofSeconds(1)),
            new ClusterEvent.ReplicaWhole(SELF, P)),
        events);
  }

  @Test
  void aSourceThatFailsAgainAndAgainIsToldOfOnceUntilItGivesSomething() {
    book.begin(P, EPOCH, LOAD, 0);
    events.clear();
    book.recordFailed(P, A, TransferFailure.SILENT);
    book.recordFailed(P, A, TransferFailure.REFUSED);
    book.recordFailed(P, B, TransferFailure.REFUSED);
    book.recordTaken(P, A, 1, 10, false, SECOND);
    book.recordFailed(P, A, TransferFailure.NOT_STORED);
    book.end(P, false, SECOND);
    assertEquals(
        List.of(
            failed(A, TransferFailure.SILENT),
            failed(B, TransferFailure.REFUSED),
            failed(A, TransferFailure.NOT_STORED),
            new ClusterEvent.TransferFailed(SELF, P, EPOCH, LOAD, null, TransferFailure.OVERTAKEN)),
        events);
  }

  private static ClusterEvent failed(NodeId source, TransferFailure failure) {
    return new ClusterEvent.TransferFailed(SELF, P, EPOCH, LOAD, source, failure);
  }

  @Test
  void reportsFirstWhatHasBegunAndNotMoreThanFitsIntoAMessage() {
    for (int i = 0; i < 2 * TransferBook.MAX_REPORTED; i++) {
      book.begin(new PartitionId(i), EPOCH, LOAD, 0);
    }
    PartitionId last = new PartitionId(2 * TransferBook.MAX_REPORTED - 1);
    book.recordTaken(last, A, 1, 10, false, SECOND);
    List<TransferReport> reports = book.reports(partition -> 2, SECOND);
    assertEquals(TransferBook.MAX_REPORTED, reports.size());
    assertEquals(last, reports.get(0).partition());
    assertEquals(new PartitionId(0), reports.get(1).partition());
  }

  @Test
  void whatIsNotUnderWayCountsForNothing() {
    book.recordTaken(Q, A, 1, 10, false, SECOND);
    book.recordFailed(Q, A, TransferFailure.SILENT);
    assertEquals(List.of(), events);
    assertEquals(List.of(), book.reports(partition -> 0, SECOND));
  }
}
