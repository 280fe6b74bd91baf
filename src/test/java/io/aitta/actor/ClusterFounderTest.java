package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterId;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.WireMessage;
import io.aitta.partition.Bootstrap;
import io.aitta.partition.FoundingState;
import io.aitta.replica.NodeMetadata;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@link Bootstrap} decides is tested with it; here, what becomes of it. */
final class ClusterFounderTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(300); // more than two ticks
  private static final Ballot BALLOT = new Ballot(7, Parts.B);
  private static final FoundingMessage.Prepare PREPARE =
      new FoundingMessage.Prepare(Parts.B, Parts.SELF, BALLOT);
  private static final FoundingMessage.Promise PROMISE =
      new FoundingMessage.Promise(Parts.SELF, Parts.B, BALLOT, Ballot.NONE, null);

  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<NodeGuardian.Command> guardian = ACTORS.probe(NodeGuardian.Command.class);
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);

  /** A node that finds the others, which are empty, in a state. */
  private ActorRef<WireMessage> founder(PeerState others, FoundingState stored) {
    return founder(others, stored, Map.of());
  }

  private ActorRef<WireMessage> founder(
      PeerState others, FoundingState stored, @Nullable Map<String, Boolean> unheard) {
    NodeContext node =
        Parts.node(
            ACTORS.probe(Ask.class).ref(),
            new RequestLimit(1),
            Parts.clock(),
            ServiceState.starting("starting"),
            ACTORS.probe(HintedHandoff.Command.class).ref());
    Map<NodeId, PeerView> empty = new HashMap<>();
    node.peers()
        .get()
        .peers()
        .forEach(
            (id, peer) ->
                empty.put(
                    id,
                    new PeerView(
                        peer.description(),
                        peer.incarnation(),
                        others,
                        peer.lastSeenNanos(),
                        false,
                        false,
                        null,
                        peer.shape(),
                        0,
                        peer.replica())));
    node.peers().set(new PeersSnapshot(empty, unheard));
    return ACTORS.spawn(
        Behaviors.transformMessages(
            WireMessage.class,
            ClusterFounder.create(
                node,
                CapturedTransport.to(network),
                replica.ref(),
                guardian.ref(),
                new Bootstrap(
                    Parts.description(Parts.SELF),
                    Parts.SHAPE,
                    3,
                    new ClusterId(new UUID(0, 1)),
                    stored)),
            ClusterFounder::fromWire));
  }

  private Replica.SaveMetadata save() {
    Replica.SaveMetadata save =
        assertInstanceOf(Replica.SaveMetadata.class, replica.receiveMessage());
    assertEquals(NodeMetadata.FOUNDING, save.metadata().name());
    return save;
  }

  private static void saved(Replica.SaveMetadata save, @Nullable StorageException failure) {
    save.replyTo().tell(new Replica.MetadataSaved(save.metadata(), failure));
  }

  private void expectSent(NodeId to, FoundingMessage message) {
    assertEquals(new CapturedTransport.Sent("at-" + to.value(), message), network.receiveMessage());
  }

  private NodeGuardian.FoundingChanged told() {
    return assertInstanceOf(NodeGuardian.FoundingChanged.class, guardian.receiveMessage());
  }

  @Test
  void nothingIsSaidBeforeWhatItFollowsFromIsDurable() throws StorageException {
    ActorRef<WireMessage> founder = founder(PeerState.SUSPECT, FoundingState.NONE);
    founder.tell(PREPARE);
    Replica.SaveMetadata save = save();
    assertEquals(BALLOT, NodeMetadata.decodeFounding(save.metadata().content()).promised());
    network.expectNoMessage(SILENCE);
    saved(save, null);
    expectSent(Parts.B, PROMISE);
  }

  @Test
  void whatCouldNotBeStoredIsStoredAgainButNotWithoutARest() {
    ActorRef<WireMessage> founder = founder(PeerState.SUSPECT, FoundingState.NONE);
    founder.tell(PREPARE);
    Replica.SaveMetadata first = save();
    long failedNanos = System.nanoTime();
    StorageException full = new StorageException(StorageException.Kind.FULL, "full");
    int attempts = 0;
    for (; System.nanoTime() - failedNanos < Duration.ofMillis(500).toNanos(); attempts++) {
      saved(first, full);
      Replica.SaveMetadata again = save();
      assertEquals(first.metadata(), again.metadata());
    }
    assertTrue(attempts <= 50, attempts + " attempts");
    network.expectNoMessage(Duration.ZERO);
    saved(first, null);
    expectSent(Parts.B, PROMISE);
  }

  @Test
  void messagesThatComeWhileAChangeIsStoredAreTakenUpAfterIt() {
    ActorRef<WireMessage> founder = founder(PeerState.SUSPECT, FoundingState.NONE);
    founder.tell(PREPARE);
    Replica.SaveMetadata first = save();
    Ballot higher = new Ballot(8, Parts.C);
    founder.tell(new FoundingMessage.Prepare(Parts.C, Parts.SELF, higher));
    founder.tell(PREPARE);
    replica.expectNoMessage(SILENCE);
    saved(first, null);
    expectSent(Parts.B, PROMISE);
    saved(save(), null);
    expectSent(
        Parts.C, new FoundingMessage.Promise(Parts.SELF, Parts.C, higher, Ballot.NONE, null));
    expectSent(Parts.B, new FoundingMessage.Rejected(Parts.SELF, Parts.B, BALLOT, higher));
  }

  @Test
  void whatDoesNotFitIntoTheQueueIsLost() {
    ActorRef<WireMessage> founder = founder(PeerState.SUSPECT, FoundingState.NONE);
    founder.tell(PREPARE);
    Replica.SaveMetadata first = save();
    for (int i = 0; i < 1500; i++) {
      founder.tell(PREPARE);
    }
    saved(first, null);
    network.receiveSeveralMessages(1 + 1000);
    network.expectNoMessage(SILENCE);
  }

  @Test
  void whenEnoughEmptyNodesAreAliveItProposes() {
    founder(PeerState.ALIVE, FoundingState.NONE);
    saved(save(), null);
    Ballot first = new Ballot(1, Parts.SELF);
    expectSent(Parts.B, new FoundingMessage.Prepare(Parts.SELF, Parts.B, first));
    expectSent(Parts.C, new FoundingMessage.Prepare(Parts.SELF, Parts.C, first));
  }

  @Test
  void messagesForAnotherNodeAndToStrangersGoNowhere() {
    ActorRef<WireMessage> founder = founder(PeerState.SUSPECT, FoundingState.NONE);
    founder.tell(new FoundingMessage.Prepare(Parts.B, Parts.C, BALLOT));
    replica.expectNoMessage(SILENCE);
    NodeId stranger = new NodeId(99);
    founder.tell(new FoundingMessage.Prepare(stranger, Parts.SELF, new Ballot(9, stranger)));
    saved(save(), null);
    network.expectNoMessage(SILENCE);
  }

  @Test
  void theGuardianIsToldOfEveryChangeOnce() {
    founder(PeerState.SUSPECT, FoundingState.NONE);
    assertEquals("starting", told().condition());
    NodeGuardian.FoundingChanged waiting = told();
    assertEquals("waiting for [3] founders, [1] are up and empty", waiting.condition());
    assertEquals(FoundingState.NONE, waiting.state());
    guardian.expectNoMessage(SILENCE);
  }

  @Test
  void theGuardianIsToldThatTheClusterIsFoundedOnceThatIsDurable() {
    Founding founding =
        new Founding(
            Parts.CLUSTER, Parts.SHAPE, Parts.NODES.stream().map(Parts::description).toList());
    ActorRef<WireMessage> founder =
        founder(
            PeerState.SUSPECT,
            new FoundingState(Ballot.NONE, Ballot.NONE, null, founding, false, null));
    told();
    founder.tell(new FoundingMessage.Activated(Parts.B, Parts.SELF, Parts.CLUSTER));
    Replica.SaveMetadata save = save();
    guardian.expectNoMessage(SILENCE);
    saved(save, null);
    NodeGuardian.FoundingChanged founded = told();
    assertEquals("founded", founded.condition());
    assertTrue(founded.state().isActive());
    assertEquals(founding, founded.state().decided());
  }

  @Test
  void nothingIsFoundedWhileTheMembershipIsNotKnown() {
    founder(PeerState.ALIVE, FoundingState.NONE, null);
    replica.expectNoMessage(SILENCE);
  }

  @Test
  void aMemberThatIsSilentHoldsTheFoundingUp() {
    founder(PeerState.ALIVE, FoundingState.NONE, Map.of("at-9", false));
    told();
    assertEquals("waiting for a greeting from the members at [at-9]", told().condition());
    replica.expectNoMessage(SILENCE);
  }
}
