package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.ClusterStatus;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PeerState;
import io.aitta.model.PeerStatus;
import io.aitta.model.ReportReply;
import io.aitta.model.ReportRequest;
import io.aitta.model.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ReportsTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final NodeId STRANGER = new NodeId(99);

  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<Ask> replicas = ACTORS.probe(Ask.class);
  private final NodeContext node =
      Parts.node(
          replicas.ref(),
          new RequestLimit(1),
          Parts.clock(),
          Parts.serving(),
          ACTORS.probe(HintedHandoff.Command.class).ref());
  private final ActorRef<Reports.Command> reports =
      ACTORS
          .spawn(
              Behaviors.transformMessages(
                  WireMessage.class,
                  Reports.create(node, CapturedTransport.to(network), () -> report(Parts.SELF)),
                  Reports::fromWire))
          .unsafeUpcast();

  /** A report that is told apart from others' by what the node holds. */
  private static NodeReport report(NodeId of) {
    return new NodeReport(
        Parts.RUN,
        true,
        "ready",
        "memory",
        "memory",
        of.value(),
        0,
        0,
        4,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        null,
        null,
        "1");
  }

  private CompletableFuture<ClusterStatus> gather() {
    CompletableFuture<ClusterStatus> answer = new CompletableFuture<>();
    reports.tell(new Reports.Gather(answer));
    return answer;
  }

  private void arrives(WireMessage message) {
    ActorRef<Object> wire = reports.unsafeUpcast();
    wire.tell(message);
  }

  private void replies(ReportRequest request, NodeId from) {
    arrives(new ReportReply(request.id(), from, Parts.SELF, report(from)));
  }

  private ReportRequest asked() {
    CapturedTransport.Sent sent = network.receiveMessage();
    ReportRequest request = assertInstanceOf(ReportRequest.class, sent.message());
    assertEquals("at-" + request.to().value(), sent.base());
    return request;
  }

  private static @Nullable NodeReport reportOf(ClusterStatus status, NodeId peer) {
    return status(status, peer).report();
  }

  private static PeerStatus status(ClusterStatus status, NodeId peer) {
    return status.peers().stream()
        .filter(one -> one.description().node().equals(peer))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void asksAllOthersAndAnswersWhenAllReported() {
    CompletableFuture<ClusterStatus> answer = gather();
    ReportRequest first = asked();
    ReportRequest second = asked();
    assertEquals(Set.of(Parts.B, Parts.C), Set.of(first.to(), second.to()));
    replies(first, first.to());
    network.expectNoMessage(SILENCE);
    assertFalse(answer.isDone());
    replies(second, second.to());
    ClusterStatus status = answer.join();
    assertEquals(
        Parts.NODES, status.peers().stream().map(one -> one.description().node()).toList());
    for (NodeId peer : Parts.NODES) {
      assertEquals(report(peer), reportOf(status, peer));
      assertEquals(peer.equals(Parts.SELF), status(status, peer).self());
    }
    assertEquals(Parts.SELF, status.asked());
    assertEquals(0, status.underReplicated());
    assertEquals(0, status.withoutMajority() + status.stopped() + status.recovered());
  }

  @Test
  void whoIsSilentIsLeftOutWhenTimeIsUp() {
    CompletableFuture<ClusterStatus> answer = gather();
    ReportRequest request = asked();
    replies(request, Parts.B);
    ClusterStatus status = answer.join();
    assertEquals(report(Parts.B), reportOf(status, Parts.B));
    assertNull(reportOf(status, Parts.C));
    replies(request, Parts.C); // too late, and no harm
    CompletableFuture<ClusterStatus> next = gather();
    asked(); // the other one of the first question
    replies(asked(), Parts.B);
    assertFalse(next.isDone());
  }

  @Test
  void whoIsDeadIsNotAskedAndItsPartitionsAreUnderReplicated() {
    node.peers().set(Parts.peers(replicas.ref(), Map.of(Parts.C, PeerState.DEAD)));
    CompletableFuture<ClusterStatus> answer = gather();
    ReportRequest request = asked();
    assertEquals(Parts.B, request.to());
    replies(request, Parts.B);
    ClusterStatus status = answer.join();
    assertEquals(PeerState.DEAD, status(status, Parts.C).state());
    assertNull(reportOf(status, Parts.C));
    assertEquals(4, status.underReplicated());
  }

  @Test
  void withNobodyToAskItAnswersAtOnce() {
    node.peers()
        .set(Parts.peers(replicas.ref(), Map.of(Parts.B, PeerState.DEAD, Parts.C, PeerState.DEAD)));
    assertEquals(report(Parts.SELF), reportOf(gather().join(), Parts.SELF));
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aFounderThatWasNeverHeardIsShownAsUnknown() {
    PeersSnapshot all = node.peers().get();
    node.peers()
        .set(
            new PeersSnapshot(
                Map.of(Parts.SELF, Objects.requireNonNull(all.peer(Parts.SELF))), Map.of()));
    ClusterStatus status = gather().join();
    assertEquals(3, status.peers().size());
    assertEquals(PeerState.UNKNOWN, status(status, Parts.B).state());
    assertEquals(-1, status(status, Parts.B).silentMillis());
  }

  @Test
  void repliesOfStrangersAndToOtherQuestionsAndRepeatedOnesCountForNothing() {
    CompletableFuture<ClusterStatus> answer = gather();
    ReportRequest request = asked();
    asked();
    replies(request, Parts.B);
    replies(request, Parts.B);
    replies(request, STRANGER);
    arrives(new ReportReply(request.id() + 1, Parts.C, Parts.SELF, report(Parts.C)));
    network.expectNoMessage(SILENCE);
    assertFalse(answer.isDone());
    replies(request, Parts.C);
    assertEquals(3, answer.join().peers().size());
  }

  @Test
  void answersPeersThatItKnowsAndNobodyElse() {
    arrives(new ReportRequest(7, Parts.B, Parts.SELF));
    assertEquals(
        new CapturedTransport.Sent(
            "at-2", new ReportReply(7, Parts.SELF, Parts.B, report(Parts.SELF))),
        network.receiveMessage());
    arrives(new ReportRequest(8, STRANGER, Parts.SELF));
    arrives(new ReportRequest(9, Parts.B, Parts.C));
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aQuestionTooManyIsAnsweredAtOnceWithWhatIsKnown() {
    List<CompletableFuture<ClusterStatus>> answers = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      answers.add(gather());
    }
    ClusterStatus status = answers.get(64).join();
    assertFalse(answers.get(63).isDone());
    network.receiveSeveralMessages(2 * 64);
    assertEquals(report(Parts.SELF), reportOf(status, Parts.SELF));
    assertNull(reportOf(status, Parts.B));
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aStopInTheMiddleIsAnsweredWithWhatIsKnown() {
    CompletableFuture<ClusterStatus> answer = gather();
    ReportRequest request = asked();
    asked();
    replies(request, Parts.B);
    network.expectNoMessage(SILENCE);
    assertFalse(answer.isDone());
    ACTORS.stop(reports);
    assertEquals(report(Parts.B), reportOf(answer.join(), Parts.B));
  }
}
