package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Logger;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.SeenRuns;
import io.aitta.model.WireMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

final class PeerSupervisorTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final NodeId STRANGER = new NodeId(77);

  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<NodeGuardian.Command> guardian = ACTORS.probe(NodeGuardian.Command.class);
  private final TestProbe<Ask> replica = ACTORS.probe(Ask.class);
  private final Published<PeersSnapshot> peers = new Published<>(PeersSnapshot.EMPTY);
  private ActorRef<PeerSupervisor.Command> supervisor;

  @BeforeEach
  void start() {
    supervisor = supervisor("10s", "20s");
    supervisor.tell(new MembershipChanged(Map.of("at-2", true, "at-3", true)));
  }

  private ActorRef<PeerSupervisor.Command> supervisor(String suspectAfter, String deadAfter) {
    return ACTORS
        .spawn(
            Behaviors.transformMessages(
                WireMessage.class,
                PeerSupervisor.create(
                    new PeerSupervisorContext(
                        Parts.description(Parts.SELF),
                        Parts.RUN,
                        Parts.settings(
                            "liveness.greet-interval = 50ms",
                            "liveness.suspect-after = " + suspectAfter,
                            "liveness.dead-after = " + deadAfter),
                        Parts.clock(),
                        CapturedTransport.to(network),
                        new Published<>(Parts.serving()),
                        new Published<>(false),
                        peers,
                        new Published<>(Map.of()),
                        replica.ref(),
                        guardian.ref())),
                PeerSupervisor::fromWire))
        .unsafeUpcast();
  }

  private static Greeting greeting(NodeId from, String address, Incarnation run, int remembered) {
    return new Greeting(
        new PeerDescription(from, "", 1, address),
        run,
        Parts.CLUSTER,
        true,
        Parts.SHAPE,
        Parts.TIME,
        1000,
        remembered,
        true,
        false,
        Parts.SELF,
        null);
  }

  private void arrives(Greeting greeting) {
    ActorRef<Object> wire = supervisor.unsafeUpcast();
    wire.tell(greeting);
  }

  private void greeted(NodeId from, Incarnation run) {
    Greeting greeting = greeting(from, "at-" + from.value(), run, 0);
    arrives(greeting);
    assertEquals(new NodeGuardian.PeerGreeted(greeting), guardian.receiveMessage());
    // The snapshot is published before the supervisor takes up the next message.
    await(() -> view(from));
  }

  private PeerView view(NodeId node) {
    PeerView view = peers.get().peer(node);
    assertNotNull(view, "not in the snapshot");
    return view;
  }

  private void await(Runnable check) {
    guardian.awaitAssert(
        Duration.ofSeconds(20),
        () -> {
          check.run();
          return Done.getInstance();
        });
  }

  private void awaitState(NodeId node, PeerState state) {
    await(() -> assertEquals(state, view(node).state()));
  }

  @Test
  void itselfIsAliveFromTheBeginning() {
    await(() -> assertEquals(PeerState.ALIVE, view(Parts.SELF).state()));
  }

  @Test
  void everyMemberIsGreetedAndAGreetingIsAnsweredOnce() {
    assertInstanceOf(Greeting.class, network.receiveMessage().message());
    Greeting question =
        new Greeting(
            Parts.description(Parts.B),
            Parts.RUN,
            null,
            false,
            Parts.SHAPE,
            Parts.TIME,
            1000,
            0,
            false,
            false,
            Parts.SELF,
            new SeenRuns(Parts.RUN, Parts.TIME, HybridTime.ZERO));
    arrives(question);
    CapturedTransport.Sent answer = network.receiveMessage();
    while (!((Greeting) answer.message()).isAnswer()) {
      answer = network.receiveMessage();
    }
    assertEquals("at-2", answer.base());
  }

  @Test
  void aTransitionIsToldOnceAndAfterItIsPublished() {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    ch.qos.logback.classic.Level before = root.getLevel();
    root.setLevel(ch.qos.logback.classic.Level.INFO);
    LoggingTestKit.empty()
        .withLogLevel(Level.INFO)
        .withMessageContains("is ALIVE, was UNKNOWN")
        .withOccurrences(1)
        .expect(
            ACTORS.system(),
            () -> {
              greeted(Parts.B, Parts.RUN);
              greeted(Parts.B, Parts.RUN);
              awaitState(Parts.B, PeerState.ALIVE);
              return Done.getInstance();
            });
    root.setLevel(before);
  }

  @Test
  void failedExchangesMakeItSuspectAndHearingItMakesItAlive() {
    greeted(Parts.B, Parts.RUN);
    awaitState(Parts.B, PeerState.ALIVE);
    for (int i = 0; i < 3; i++) {
      supervisor.tell(new PeerSupervisor.ExchangeFailed(Parts.B));
    }
    awaitState(Parts.B, PeerState.SUSPECT);
    supervisor.tell(new PeerSupervisor.Heard(Parts.B));
    awaitState(Parts.B, PeerState.ALIVE);
    supervisor.tell(new MembershipChanged(Map.of("at-2", false)));
    awaitState(Parts.B, PeerState.SUSPECT);
  }

  @Test
  void aGreetingOfAnEarlierRunIsIgnored() {
    Incarnation later = Incarnation.of(5, 1);
    greeted(Parts.B, later);
    arrives(greeting(Parts.B, "at-2", Incarnation.of(4, 9), 0));
    guardian.expectNoMessage(SILENCE);
    assertEquals(later, view(Parts.B).incarnation());
    greeted(Parts.B, Incarnation.of(6, 1));
    await(() -> assertEquals(Incarnation.of(6, 1), view(Parts.B).incarnation()));
  }

  private Greeting sentTo(String address, Predicate<Greeting> isWanted) {
    return (Greeting)
        network
            .fishForMessage(
                Duration.ofSeconds(20),
                sent ->
                    sent.base().equals(address) && isWanted.test((Greeting) sent.message())
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .get(0)
            .message();
  }

  private static SeenRuns remembered(Greeting greeting) {
    return Objects.requireNonNull(greeting.remembered());
  }

  @Test
  void whatIsRememberedOfAPeersRunsGoesWithEveryGreeting() {
    Incarnation later = Incarnation.of(Parts.RUN.startCounter() + 1, 9);
    greeted(Parts.B, Parts.RUN);
    Greeting first = sentTo("at-2", greeting -> greeting.remembered() != null);
    assertEquals(new SeenRuns(Parts.RUN, Parts.TIME, HybridTime.ZERO), first.remembered());
    greeted(Parts.B, later);
    Greeting next = sentTo("at-2", greeting -> remembered(greeting).last().equals(later));
    assertEquals(new SeenRuns(later, Parts.TIME, Parts.TIME), next.remembered());
  }

  @Test
  void whoseQuestionDoesNotKnowThisRunIsAsked() {
    arrives(asking(greeting(Parts.B, "at-2", Parts.RUN, 0)));
    guardian.receiveMessage();
    assertFalse(sentTo("at-2", greeting -> greeting.remembered() != null).isAnswer());
  }

  private static Greeting asking(Greeting answer) {
    return new Greeting(
        answer.description(),
        answer.incarnation(),
        answer.cluster(),
        answer.serves(),
        answer.shape(),
        answer.time(),
        answer.physicalMillis(),
        answer.rememberedStartCounter(),
        false,
        answer.isLeaving(),
        answer.receiver(),
        answer.remembered());
  }

  @Test
  void aCopyThatStartedAsOftenIsToldOfTheRunThatCameFirst() {
    greeted(Parts.B, Parts.RUN);
    Incarnation copy = new Incarnation(Parts.RUN.value() + 1);
    arrives(asking(greeting(Parts.B, "at-3", copy, 0)));
    Greeting answer = sentTo("at-3", Greeting::isAnswer);
    assertEquals(Parts.RUN, remembered(answer).last());
    guardian.expectNoMessage(SILENCE);
    assertEquals(Parts.RUN, view(Parts.B).incarnation());
  }

  @Test
  void aLaterRunAtAnotherAddressIsNotListenedToWhileTheLastOneIsAlive() {
    ACTORS.stop(supervisor);
    supervisor = supervisor("500ms", "1s");
    supervisor.tell(new MembershipChanged(Map.of("at-2", true, "at-3", true)));
    greeted(Parts.B, Parts.RUN);
    awaitState(Parts.B, PeerState.ALIVE);
    Incarnation later = Incarnation.of(Parts.RUN.startCounter() + 1, 9);
    arrives(greeting(Parts.B, "at-3", later, 0));
    guardian.expectNoMessage(SILENCE);
    assertEquals(Parts.RUN, view(Parts.B).incarnation());
    awaitState(Parts.B, PeerState.SUSPECT);
    arrives(greeting(Parts.B, "at-3", later, 0));
    await(() -> assertEquals(later, view(Parts.B).incarnation()));
  }

  @Test
  void aLaterRunAtAnotherAddressIsListenedToOnceTheMembershipNamesTheLastOneNoMore() {
    supervisor.tell(new MembershipChanged(Map.of("at-2", true)));
    greeted(Parts.B, Parts.RUN);
    awaitState(Parts.B, PeerState.ALIVE);
    supervisor.tell(new MembershipChanged(Map.of("at-3", true)));
    Incarnation later = Incarnation.of(Parts.RUN.startCounter() + 1, 9);
    arrives(greeting(Parts.B, "at-3", later, 0));
    await(() -> assertEquals(later, view(Parts.B).incarnation()));
  }

  @Test
  void whoGreetsWithThisNodesIdIsToldToTheGuardianAndIsNoPeer() {
    Greeting copy = greeting(Parts.SELF, "at-2", Incarnation.of(9, 9), 0);
    arrives(copy);
    assertEquals(new NodeGuardian.PeerGreeted(copy), guardian.receiveMessage());
    assertEquals(Parts.RUN, view(Parts.SELF).incarnation());
  }

  @Test
  void aGreetingFromWhereNoMemberIsMakesNoPeer() {
    arrives(greeting(STRANGER, "elsewhere", Parts.RUN, 9));
    guardian.expectNoMessage(SILENCE);
    assertEquals(1, peers.get().peers().size());
  }

  @Test
  void aSilentNodeWithoutDataWhosePlaceAnotherTookIsForgottenAndMayComeBack() {
    ACTORS.stop(supervisor);
    supervisor = supervisor("500ms", "1s");
    supervisor.tell(new MembershipChanged(Map.of("at-2", true, "at-3", true)));
    Greeting stranger = greeting(STRANGER, "at-3", Parts.RUN, 0);
    arrives(stranger);
    assertEquals(new NodeGuardian.PeerGreeted(stranger), guardian.receiveMessage());
    await(() -> view(STRANGER));
    greeted(Parts.C, Parts.RUN);
    await(
        () -> {
          assertNull(peers.get().peer(STRANGER), "still known");
        });
    arrives(stranger);
    await(
        () -> {
          arrives(stranger);
          assertEquals(PeerState.ALIVE, view(STRANGER).state());
        });
  }

  @Test
  void whoHoldsReplicasIsGreetedAndHeardThoughTheMembershipDoesNotNameIt() {
    supervisor.tell(new MembershipChanged(Map.of()));
    Set<String> greeted = new HashSet<>();
    network.fishForMessage(
        Duration.ofSeconds(20),
        sent -> {
          greeted.add(sent.base());
          return greeted.containsAll(List.of("at-2", "at-3"))
              ? FishingOutcomes.complete()
              : FishingOutcomes.continueAndIgnore();
        });
    greeted(Parts.B, Parts.RUN);
    awaitState(Parts.B, PeerState.ALIVE);
  }

  @Test
  void aSilentMemberOfTheDataIsDeadAndNeverForgotten() {
    ACTORS.stop(supervisor);
    supervisor = supervisor("100ms", "200ms");
    supervisor.tell(new MembershipChanged(Map.of("at-2", true)));
    greeted(Parts.B, Parts.RUN);
    awaitState(Parts.B, PeerState.DEAD);
    supervisor.tell(new MembershipChanged(Map.of()));
    awaitState(Parts.B, PeerState.REMOVED);
    arrives(greeting(Parts.B, "at-2", Parts.RUN, 0));
    awaitState(Parts.B, PeerState.ALIVE);
  }
}
