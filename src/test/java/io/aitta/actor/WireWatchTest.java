package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.FramePiece;
import io.aitta.model.NodeId;
import io.aitta.model.RefusedMessage;
import io.aitta.model.RequestFrame;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class WireWatchTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final TestProbe<PeerSupervisor.Command> supervisor =
      ACTORS.probe(PeerSupervisor.Command.class);
  private final Published<WireLosses> losses = new Published<>(WireLosses.NONE);

  @BeforeEach
  void start() {
    ACTORS.spawn(WireWatch.create(Parts.SELF, "/system/aitta", losses, supervisor.ref()));
    // It is subscribed once it counts.
    supervisor.awaitAssert(
        () -> {
          refuse();
          supervisor.expectNoMessage(Duration.ofMillis(20));
          assertTrue(losses.get().refused() > 0);
          return Done.getInstance();
        });
  }

  private static void refuse() {
    ACTORS.system().eventStream().tell(new EventStream.Publish<>(new RefusedMessage("Q", "test")));
  }

  private void drop(Object message) {
    Dropped dropped =
        new Dropped(
            message,
            "queue is full",
            org.apache.pekko.actor.ActorRef.noSender(),
            Adapter.toClassic(supervisor.ref()));
    ACTORS.system().eventStream().tell(new EventStream.Publish<>(dropped));
  }

  private static RequestFrame frame(NodeId from) {
    return new RequestFrame(
        Parts.CLUSTER, from, Parts.RUN, Parts.B, Parts.RUN, 12, Parts.TIME, List.of());
  }

  @Test
  void aDroppedFrameIsToldToTheSupervisorWithItsSequence() {
    drop(frame(Parts.SELF));
    assertEquals(new PeerSupervisor.FrameDropped(Parts.B, 12), supervisor.receiveMessage());
    assertEquals(1, losses.get().dropped());
  }

  @Test
  void aDroppedPieceIsToldAsAFailedExchange() {
    drop(new FramePiece(Parts.SELF, Parts.RUN, Parts.C, 1, 0, 2, 9, Bytes.ofUtf8("part")));
    assertEquals(new PeerSupervisor.ExchangeFailed(Parts.C), supervisor.receiveMessage());
  }

  @Test
  void textsAreNotCountedAndFramesOfOtherNodesAreNotTold() {
    drop("a text");
    drop(frame(Parts.C)); // of another node in this system
    supervisor.expectNoMessage(Duration.ofMillis(150));
    assertEquals(1, losses.get().dropped());
  }
}
