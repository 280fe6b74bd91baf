package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.Consistency;
import io.aitta.model.Founding;
import io.aitta.model.GetOutcome;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.SeenRuns;
import io.aitta.partition.FoundingState;
import io.aitta.replica.NodeMetadata;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class NodeGuardianTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FailingEngine disk = new FailingEngine();
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final NodePorts ports =
      NodePorts.of(
          "pekko://actors/user/none",
          CapturedTransport.to(network),
          (name, settings) -> disk.engine(),
          System::currentTimeMillis,
          Runnable::run);

  private static final Founding FOUNDING =
      new Founding(new ClusterId(new UUID(1, 2)), Parts.SHAPE, List.of(Parts.description(Parts.B)));

  private ActorRef<NodeGuardian.Command> start() {
    ActorRef<NodeGuardian.Command> guardian =
        ACTORS.spawn(NodeGuardian.create(Parts.settings(), ports));
    network.awaitAssert(PATIENCE, () -> check(ports.started().get().isPresent()));
    return guardian;
  }

  private static Void check(boolean isTrue) {
    assertTrue(isTrue);
    return null;
  }

  private Greeting greeting(NodeId peer, int startCounter, @Nullable SeenRuns remembered) {
    return new Greeting(
        Parts.description(peer),
        Incarnation.of(startCounter, 1),
        null,
        false,
        Parts.SHAPE,
        Parts.TIME,
        1000,
        remembered == null ? 0 : remembered.last().startCounter(),
        true,
        false,
        self(),
        remembered);
  }

  private void greeted(NodeId peer, int startCounter, @Nullable SeenRuns remembered) {
    ActorRef<PeerSupervisor.Command> supervisor = ports.started().get().orElseThrow().supervisor();
    supervisor.tell(new MembershipChanged(Map.of("at-2", true, "at-3", true)));
    ActorRef<Object> wire = supervisor.unsafeUpcast();
    wire.tell(greeting(peer, startCounter, remembered));
  }

  private void awaitStored(Map<NodeId, Integer> counters) {
    network.awaitAssert(
        PATIENCE,
        () -> {
          Map<NodeId, Integer> found = new HashMap<>();
          Bytes stored = disk.healthy().readMetadata(NodeMetadata.PEERS);
          if (stored != null) {
            NodeMetadata.decodePeers(stored)
                .forEach((node, seen) -> found.put(node, seen.last().startCounter()));
          }
          assertEquals(counters, found);
          return null;
        });
  }

  private void awaitFailed(String condition) {
    network.awaitAssert(
        PATIENCE,
        () -> {
          ServiceState service = ports.service().get();
          assertEquals(ServiceState.Phase.FAILED, service.phase());
          assertTrue(service.condition().contains(condition), service.condition());
          return null;
        });
  }

  @Test
  void thatItsDataWasSetBackIsRemembered() {
    ActorRef<NodeGuardian.Command> guardian = start();
    greeted(Parts.B, 1, new SeenRuns(Incarnation.of(1, 1), Parts.TIME, HybridTime.ZERO));
    awaitFailed("its data was set back: node [" + Parts.B + "]");
    network.awaitAssert(
        PATIENCE, () -> check(disk.healthy().readMetadata(NodeMetadata.SET_BACK) != null));
    ACTORS.stop(guardian);
  }

  @Test
  void dataThatWasFoundToBeSetBackIsRefusedByLaterRuns() throws StorageException {
    disk.healthy()
        .write(
            List.of(
                new Mutation.PutMetadata(
                    NodeMetadata.SET_BACK, NodeMetadata.encodeSetBack("because")),
                new Mutation.PutMetadata(
                    NodeMetadata.FOUNDING,
                    NodeMetadata.encodeFounding(
                        new FoundingState(Ballot.NONE, Ballot.NONE, null, FOUNDING, true, null)))),
            Durability.ALWAYS);
    ActorRef<NodeGuardian.Command> guardian = start();
    awaitFailed("because");
    assertEquals(
        FOUNDING.cluster(),
        ports.service().get().cluster(),
        "empty nodes must not take it for one");
    ACTORS.stop(guardian);
  }

  @Test
  void aCopyWithMoreStartsIsTheOneToGoOnIfNeitherServes() {
    ActorRef<NodeGuardian.Command> guardian = start();
    guardian.tell(new NodeGuardian.PeerGreeted(greeting(self(), 9, null)));
    awaitFailed("another node runs with its id and data at [at-");
    network.awaitAssert(
        PATIENCE,
        () -> check(disk.healthy().readMetadata(NodeMetadata.SET_BACK) == null)); // it may be good
    ACTORS.stop(guardian);
  }

  private NodeId self() {
    return ports.started().get().orElseThrow().self();
  }

  @Test
  void aStartCounterThatCouldNotBeStoredIsStoredOnceTheDiskIsMended() {
    ActorRef<NodeGuardian.Command> guardian = start();
    disk.fail(StorageException.Kind.FULL, FailingEngine.metadata(NodeMetadata.PEERS));
    greeted(Parts.B, 7, null);
    network.awaitAssert(PATIENCE, () -> check(disk.failures() > 0));
    disk.mend();
    awaitStored(Map.of(Parts.B, 7));
    ACTORS.stop(guardian);
  }

  @Test
  void whenOneOfItsActorsStopsTheNodeStopsAndRefusesWhatIsSentToIt() {
    start();
    StartedNode node = ports.started().get().orElseThrow();
    Adapter.toClassic(node.router())
        .tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
    network.awaitAssert(PATIENCE, () -> check(ports.stopped().isDone()));
    CompletableFuture<GetOutcome> got = new CompletableFuture<>();
    node.limit().tryTake();
    node.send(new GetRequest(Key.of("s", "k"), Consistency.ONE, PATIENCE, got));
    assertInstanceOf(GetOutcome.Unavailable.class, got.join());
    assertEquals(0, node.limit().taken());
  }

  @Test
  void theHighestStartCounterOfEachPeerIsStored() {
    ActorRef<NodeGuardian.Command> guardian = start();
    greeted(Parts.B, 2, null);
    greeted(Parts.C, 5, null);
    greeted(Parts.B, 3, null);
    greeted(Parts.C, 4, null);
    awaitStored(Map.of(Parts.B, 3, Parts.C, 5));
    ACTORS.stop(guardian);
  }

  /** Rule 10: it may have been away while they changed. */
  @Test
  void doesNotServeBeforeItComparedConfigurationsWithWhoeverIsUp() throws StorageException {
    Founding decided =
        new Founding(
            FOUNDING.cluster(), Parts.SHAPE, Parts.NODES.stream().map(Parts::description).toList());
    disk.healthy()
        .write(
            List.of(
                new Mutation.PutMetadata(
                    NodeMetadata.IDENTITY,
                    NodeMetadata.encodeIdentity(new NodeMetadata.Identity(Parts.SELF, 6))),
                new Mutation.PutMetadata(
                    NodeMetadata.FOUNDING,
                    NodeMetadata.encodeFounding(
                        new FoundingState(Ballot.NONE, Ballot.NONE, null, decided, true, null)))),
            Durability.ALWAYS);
    ActorRef<NodeGuardian.Command> guardian = start();
    StartedNode started = ports.started().get().orElseThrow();
    started.supervisor().tell(new MembershipChanged(Map.of("at-2", true, "at-3", true)));
    Incarnation run = ownRun();
    Greeting hello =
        new Greeting(
            Parts.description(Parts.B),
            Parts.RUN,
            decided.cluster(),
            true,
            Parts.SHAPE,
            Parts.TIME,
            1000,
            run.startCounter(),
            true,
            false,
            Parts.SELF,
            new SeenRuns(run, HybridTime.ZERO, HybridTime.ZERO));
    ActorRef<Object> wire = started.supervisor().unsafeUpcast();
    wire.tell(hello);
    awaitCondition("comparing configurations with nodes [" + Parts.B + "]");
    assertEquals(ServiceState.Phase.STARTING, ports.service().get().phase());
    ACTORS.stop(guardian);
  }

  /** As it says itself when it greets. */
  private Incarnation ownRun() {
    while (true) {
      if (network.receiveMessage(PATIENCE).message() instanceof Greeting greeting) {
        return greeting.incarnation();
      }
    }
  }

  private void awaitCondition(String condition) {
    network.awaitAssert(PATIENCE, () -> check(condition.equals(ports.service().get().condition())));
  }
}
