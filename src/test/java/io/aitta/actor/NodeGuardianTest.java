package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Greeting;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.replica.NodeMetadata;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
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

  private static NodeGuardian.PeerGreeted greeted(NodeId peer, int startCounter) {
    return new NodeGuardian.PeerGreeted(
        new Greeting(
            Parts.description(peer),
            Incarnation.of(startCounter, 1),
            null,
            false,
            Parts.SHAPE,
            Parts.TIME,
            1000,
            0,
            true));
  }

  private void awaitStored(Map<NodeId, Integer> counters) {
    network.awaitAssert(
        PATIENCE,
        () -> {
          Bytes stored = disk.healthy().readMetadata(NodeMetadata.PEERS);
          assertEquals(counters, stored == null ? Map.of() : NodeMetadata.decodePeers(stored));
          return null;
        });
  }

  @Test
  void aStartCounterThatCouldNotBeStoredIsStoredOnceTheDiskIsMended() {
    ActorRef<NodeGuardian.Command> guardian = start();
    disk.fail(StorageException.Kind.FULL, FailingEngine.metadata(NodeMetadata.PEERS));
    guardian.tell(greeted(Parts.B, 7));
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
    guardian.tell(greeted(Parts.B, 2));
    guardian.tell(greeted(Parts.C, 5));
    guardian.tell(greeted(Parts.B, 3));
    guardian.tell(greeted(Parts.C, 4));
    awaitStored(Map.of(Parts.B, 3, Parts.C, 5));
    ACTORS.stop(guardian);
  }
}
