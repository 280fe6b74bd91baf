package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterStatus;
import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Epoch;
import io.aitta.model.Explanation;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.ReplicaReply;
import io.aitta.model.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every request that is handed to a node is answered once, whenever the node stops. */
final class RequestRouterTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration LONG = Duration.ofSeconds(25);
  private static final Key KEY = Key.of("s", "k");
  private static final ClusterStatus NOTHING_KNOWN =
      new ClusterStatus(
          null, NodeId.NONE, false, 4, 3, 4, 4, 0, 0, 0, 0, 0, List.of(), List.of(), List.of());

  private final TestProbe<Ask> replicas = ACTORS.probe(Ask.class);
  private final TestProbe<Reports.Command> reports = ACTORS.probe(Reports.Command.class);
  private final TestProbe<PeerSupervisor.Command> supervisor =
      ACTORS.probe(PeerSupervisor.Command.class);
  private final RequestLimit limit = new RequestLimit(10);
  private final NodeContext node =
      Parts.node(
          replicas.ref(),
          limit,
          Parts.clock(),
          Parts.serving(),
          ACTORS.probe(HintedHandoff.Command.class).ref());

  private final CompletableFuture<PutOutcome> put = new CompletableFuture<>();
  private final CompletableFuture<Optional<Receipt>> settled = new CompletableFuture<>();
  private final CompletableFuture<GetOutcome> got = new CompletableFuture<>();
  private final CompletableFuture<Explanation> explained = new CompletableFuture<>();
  private final CompletableFuture<ClusterStatus> gathered = new CompletableFuture<>();

  private StartedNode started(ActorRef<RequestRouter.Command> router) {
    return new StartedNode(
        new NodeActors.Spawned(
            node,
            new Published<>(Map.of()),
            ACTORS.probe(Replica.Command.class).ref(),
            supervisor.ref(),
            reports.ref(),
            router,
            ACTORS.probe(AntiEntropy.Command.class).ref(),
            new Published<>(AntiEntropyProgress.NONE)));
  }

  private void sendOneOfEach(StartedNode started) {
    send(
        started,
        new PutRequest(
            KEY,
            false,
            "string",
            Bytes.ofUtf8("v"),
            Duration.ZERO,
            Consistency.QUORUM,
            LONG,
            put,
            settled));
    send(started, new GetRequest(KEY, Consistency.QUORUM, LONG, got));
    Configuration configuration =
        Configuration.stable(
            PartitionId.of(KEY, Parts.SHAPE.partitions()), Epoch.FIRST, Parts.NODES);
    send(started, new ExplainRequest(KEY, configuration, explained));
    started.gather(gathered, NOTHING_KNOWN);
  }

  private void send(StartedNode started, RequestRouter.Command request) {
    limit.tryTake();
    started.send(request);
  }

  private void assertAllRefused() {
    PutOutcome.Refused refused = assertInstanceOf(PutOutcome.Refused.class, put.join());
    assertEquals(Refusal.Code.NOT_READY, refused.refusal().code());
    assertEquals(Optional.empty(), settled.join());
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    assertEquals(Parts.NODES, explained.join().members());
    assertEquals(NOTHING_KNOWN, gathered.join());
    assertEquals(0, limit.taken());
  }

  @Test
  void whatLiesInAMailboxWhenTheNodeHasStoppedIsRefused() {
    TestProbe<RequestRouter.Command> neverTakesUp = ACTORS.probe(RequestRouter.Command.class);
    sendOneOfEach(started(neverTakesUp.ref()));
    assertFalse(put.isDone() || got.isDone() || explained.isDone() || gathered.isDone());
    node.waiting().close();
    assertAllRefused();
  }

  @Test
  void whatIsSentToARouterThatHasStoppedIsRefusedWhenTheNodeHas() {
    ActorRef<RequestRouter.Command> router = ACTORS.spawn(RequestRouter.create(node));
    ACTORS.stop(router);
    sendOneOfEach(started(router));
    node.waiting().close();
    assertAllRefused();
  }

  @Test
  void whatIsSentAfterTheNodeHasStoppedIsRefusedAtOnce() {
    ActorRef<RequestRouter.Command> router = ACTORS.spawn(RequestRouter.create(node));
    ACTORS.stop(router);
    node.waiting().close();
    sendOneOfEach(started(router));
    assertAllRefused();
  }

  /** It may have been applied, so nothing but its coordinator may say what became of it. */
  @Test
  void whatACoordinatorHasTakenUpIsNotRefusedWhenTheNodeHasStopped() {
    ActorRef<RequestRouter.Command> router = ACTORS.spawn(RequestRouter.create(node));
    sendOneOfEach(started(router));
    List<Ask> asks = replicas.receiveSeveralMessages(9);
    node.waiting().close();
    assertFalse(put.isDone() || got.isDone() || explained.isDone());
    Ask first = asks.get(0);
    ReplicaReply applied = new ReplicaReply.Wrote(WriteResult.APPLIED, null);
    for (NodeId from : List.of(Parts.SELF, Parts.B)) {
      for (Ask ask : asks) {
        ask.replyTo().tell(new Replied(from, first.round(), applied, Parts.TIME));
      }
    }
    assertInstanceOf(PutOutcome.Written.class, put.join());
    ACTORS.stop(router);
    settled.join();
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    explained.join();
  }

  @Test
  void aCoordinatorThatWasJustSpawnedAnswersWhenTheRouterStops() {
    ActorRef<RequestRouter.Command> router = ACTORS.spawn(RequestRouter.create(node));
    sendOneOfEach(started(router));
    replicas.receiveMessage(); // of the first: the others may not have begun
    ACTORS.stop(router);
    node.waiting().close();
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.join());
    settled.join();
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    explained.join();
    assertEquals(0, limit.taken());
  }
}
