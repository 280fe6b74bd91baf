package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteResult;
import io.aitta.replica.NodeMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ReplicationCoordinatorTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration LONG = Duration.ofSeconds(25);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Key KEY = Key.of("s", "k");
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  private static final ReplicaReply ABSENT = new ReplicaReply.Copy(null);

  private final TestProbe<Ask> replicas = ACTORS.probe(Ask.class);
  private final TestProbe<HintedHandoff.Command> handoff =
      ACTORS.probe(HintedHandoff.Command.class);
  private final RequestLimit limit = new RequestLimit(10);
  private final AtomicInteger answers = new AtomicInteger();
  private final CompletableFuture<PutOutcome> put = new CompletableFuture<>();
  private final CompletableFuture<Optional<Receipt>> settled = new CompletableFuture<>();
  private CompletableFuture<Void> counted = new CompletableFuture<>();
  private final CompletableFuture<GetOutcome> got = new CompletableFuture<>();

  private NodeContext node() {
    return Parts.node(replicas.ref(), limit, Parts.clock(), Parts.serving(), handoff.ref());
  }

  private ActorRef<ReplicationCoordinator.Command> put(NodeContext node, Duration timeout) {
    limit.tryTake();
    counted = put.thenAccept(outcome -> answers.incrementAndGet());
    return ACTORS.spawn(
        ReplicationCoordinator.create(
            new PutRequest(
                KEY,
                false,
                "string",
                Bytes.ofUtf8("v"),
                Duration.ZERO,
                Consistency.QUORUM,
                timeout,
                put,
                settled),
            node));
  }

  private ActorRef<ReplicationCoordinator.Command> get(NodeContext node, Duration timeout) {
    limit.tryTake();
    return ACTORS.spawn(
        ReplicationCoordinator.create(new GetRequest(KEY, Consistency.QUORUM, timeout, got), node));
  }

  private static void reply(Ask ask, NodeId from, ReplicaReply reply) {
    ask.replyTo().tell(new Replied(from, ask.round(), reply, Parts.TIME));
  }

  private void assertOver(ActorRef<ReplicationCoordinator.Command> coordinator) {
    replicas.expectTerminated(coordinator);
    assertEquals(0, limit.taken());
  }

  @Test
  void asksEveryReplicaAtOnceAnswersAtTheQuorumAndSettlesAtTheLast() {
    ActorRef<ReplicationCoordinator.Command> coordinator = put(node(), LONG);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    reply(asks.get(0), Parts.SELF, APPLIED);
    replicas.expectNoMessage(SHORT);
    assertFalse(put.isDone());
    reply(asks.get(1), Parts.B, APPLIED);
    assertInstanceOf(PutOutcome.Written.class, put.join());
    assertFalse(settled.isDone());
    assertEquals(1, limit.taken());
    reply(asks.get(2), Parts.C, APPLIED);
    assertEquals(3, settled.join().orElseThrow().acknowledged());
    assertOver(coordinator);
    counted.join();
    assertEquals(1, answers.get());
  }

  @Test
  void handsTheSameEntryToEveryReplica() {
    put(node(), LONG);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    Bytes first = ((ReplicaRequest.Write) asks.get(0).request()).entry().value();
    for (Ask ask : asks) {
      assertSame(first, ((ReplicaRequest.Write) ask.request()).entry().value());
    }
  }

  @Test
  void aRepeatedReplyCountsOnce() {
    put(node(), SHORT);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    for (int i = 0; i < 5; i++) {
      reply(asks.get(0), Parts.SELF, APPLIED);
    }
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.join());
  }

  @Test
  void theDeadlineAnswersMaybeAppliedOnceAndLateRepliesAreNothing() {
    ActorRef<ReplicationCoordinator.Command> coordinator = put(node(), SHORT);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.join());
    // The hints that it asks for are its last word.
    for (int i = 0; i < 3; i++) {
      HintedHandoff.Keep keep =
          assertInstanceOf(HintedHandoff.Keep.class, handoff.receiveMessage());
      keep.replyTo().tell(new ReplicationCoordinator.HintKept(keep.target(), false));
      if (settled.isDone()) {
        break;
      }
    }
    settled.join();
    assertOver(coordinator);
    reply(asks.get(0), Parts.SELF, APPLIED);
    counted.join();
    assertEquals(1, answers.get());
  }

  @Test
  void hintsThatNobodyAnswersForHoldItUpForAWhileOnly() {
    ActorRef<ReplicationCoordinator.Command> coordinator = put(node(), SHORT);
    replicas.receiveSeveralMessages(3);
    handoff.receiveSeveralMessages(3);
    Receipt last = settled.orTimeout(20, TimeUnit.SECONDS).join().orElseThrow();
    assertEquals(0, last.acknowledged());
    assertOver(coordinator);
  }

  @Test
  void aGetThatNobodyAnswersIsUnavailableAndNeverNotFound() {
    ActorRef<ReplicationCoordinator.Command> coordinator = get(node(), SHORT);
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    assertOver(coordinator);
  }

  @Test
  void aGetIsNotFoundWhenAQuorumSaidAbsent() {
    get(node(), LONG);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    reply(asks.get(0), Parts.SELF, ABSENT);
    reply(asks.get(1), Parts.B, ABSENT);
    assertInstanceOf(GetOutcome.NotFound.class, got.join());
  }

  @Test
  void aRepliedKindThatWasNotAskedForHarmsNothing() {
    put(node(), SHORT);
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    for (Ask ask : asks) {
      reply(ask, Parts.B, ABSENT);
      reply(ask, new NodeId(99), APPLIED);
      ask.replyTo().tell(new Replied(Parts.B, 77, APPLIED, Parts.TIME));
      reply(ask, Parts.C, ReplicaReply.Refused.of(RefusalReason.STALE_EPOCH));
    }
    assertFalse(put.join() instanceof PutOutcome.Written);
  }

  @Test
  void aNodeThatDoesNotServeRefusesAtOnceAndSendsNothing() {
    NodeContext node =
        Parts.node(
            replicas.ref(), limit, Parts.clock(), ServiceState.starting("waiting"), handoff.ref());
    ActorRef<ReplicationCoordinator.Command> putting = put(node, LONG);
    assertInstanceOf(PutOutcome.Refused.class, put.join());
    assertEquals(Optional.empty(), settled.join());
    assertOver(putting);
    ActorRef<ReplicationCoordinator.Command> getting = get(node, LONG);
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    assertOver(getting);
    replicas.expectNoMessage(SHORT);
    handoff.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aCrashWhileItBeginsIsAnsweredAndGivesItsPlaceBack() {
    NodeClock broken =
        new NodeClock(
            new NodeMetadata.Ceilings(HybridTime.ZERO, HybridTime.ZERO),
            10_000,
            () -> {
              throw new IllegalStateException("a crash for the test");
            });
    NodeContext node = Parts.node(replicas.ref(), limit, broken, Parts.serving(), handoff.ref());
    ActorRef<ReplicationCoordinator.Command> putting = put(node, LONG);
    assertInstanceOf(PutOutcome.Refused.class, put.join());
    assertOver(putting);
    ActorRef<ReplicationCoordinator.Command> getting = get(node, LONG);
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    assertOver(getting);
  }

  @Test
  void aStopInTheMiddleIsAnsweredAsMaybeAppliedAndGivesItsPlaceBack() {
    ActorRef<ReplicationCoordinator.Command> coordinator = put(node(), LONG);
    replicas.receiveSeveralMessages(3);
    ACTORS.stop(coordinator);
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.join());
    settled.join();
    assertOver(coordinator);
    counted.join();
    assertEquals(1, answers.get());
  }

  @Test
  void theLimitRefusesOneMoreThanItHasAndCannotBeOverdrawn() {
    RequestLimit two = new RequestLimit(2);
    assertEquals(List.of(true, true, false), List.of(two.tryTake(), two.tryTake(), two.tryTake()));
    two.giveBack();
    two.giveBack();
    assertThrows(IllegalStateException.class, two::giveBack);
  }
}
