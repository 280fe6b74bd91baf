package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.replica.NodeMetadata;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PeerTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final Incarnation OWN_RUN = Incarnation.of(1, 1);
  private static final Incarnation RUN = Incarnation.of(4, 4);
  private static final Incarnation NEXT_RUN = Incarnation.of(5, 5);
  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final HybridTime TIME = HybridTime.ofMillis(1000);
  private static final ReplicaReply ABSENT = new ReplicaReply.Copy(null);

  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<PeerSupervisor.Command> supervisor =
      ACTORS.probe(PeerSupervisor.Command.class);
  private final TestProbe<Replied> coordinator = ACTORS.probe(Replied.class);
  private final AtomicBoolean isCrashDue = new AtomicBoolean();
  private ActorRef<Peer.Command> peer;
  private int lastRound;

  @BeforeEach
  void start() {
    peer = peer(new LinkSettings(100, 100_000, 2, 10, 50_000, Duration.ofSeconds(60)));
  }

  private ActorRef<Peer.Command> peer(LinkSettings settings) {
    ActorRef<Peer.Command> spawned = unheard(settings);
    spawned.tell(new Peer.RunLearned(RUN, "there"));
    return spawned;
  }

  private ActorRef<Peer.Command> unheard(LinkSettings settings) {
    NodeClock clock =
        new NodeClock(
            new NodeMetadata.Ceilings(HybridTime.ZERO, HybridTime.ZERO), 10_000, () -> 1000L);
    ClusterId cluster = new ClusterId(new UUID(1, 2));
    return ACTORS
        .spawn(
            Behaviors.transformMessages(
                WireMessage.class,
                Peer.create(
                    new Peer.Link(SELF, OWN_RUN, OTHER, () -> crashIfDue(cluster)),
                    settings,
                    CapturedTransport.to(network),
                    clock,
                    supervisor.ref()),
                Peer::fromWire))
        .unsafeUpcast();
  }

  private ClusterId crashIfDue(ClusterId cluster) {
    if (isCrashDue.getAndSet(false)) {
      throw new IllegalStateException("a crash for the test");
    }
    return cluster;
  }

  private Ask read(Duration timeout) {
    return ask(new ReplicaRequest.Read(Key.of("s", "k"), Epoch.FIRST), RUN, timeout);
  }

  private Ask read() {
    return read(Duration.ofSeconds(60));
  }

  private Ask write(Entry entry) {
    return ask(
        new ReplicaRequest.Write(Key.of("s", "k"), Epoch.FIRST, entry, WriteOrigin.PUT),
        RUN,
        Duration.ofSeconds(60));
  }

  private Ask ask(ReplicaRequest request, Incarnation expected, Duration timeout) {
    return new Ask(
        request, expected, ++lastRound, System.nanoTime() + timeout.toNanos(), coordinator.ref());
  }

  private static Entry value(int bytes) {
    return Entry.value(new Version(TIME, SELF), Entry.NEVER, "bytes", Bytes.wrap(new byte[bytes]));
  }

  private RequestFrame frame() {
    CapturedTransport.Sent sent = network.receiveMessage();
    assertEquals("there", sent.base());
    return assertInstanceOf(RequestFrame.class, sent.message());
  }

  private static ReplyFrame answer(RequestFrame frame, List<RequestFrame.Item> items) {
    return new ReplyFrame(
        OTHER,
        frame.toIncarnation(),
        SELF,
        OWN_RUN,
        frame.sequence(),
        TIME,
        items.stream().map(item -> new ReplyFrame.Item(item.id(), ABSENT)).toList());
  }

  private void answered(RequestFrame frame) {
    arrives(answer(frame, frame.requests()));
  }

  private void arrives(ReplyFrame frame) {
    ActorRef<Object> wire = peer.unsafeUpcast();
    wire.tell(frame);
  }

  private void expect(RefusalReason reason) {
    assertEquals(ReplicaReply.Refused.of(reason), coordinator.receiveMessage().reply());
  }

  /** The counters are at zero when as much can be asked again as the link ever takes. */
  private void assertEmpty() {
    for (int i = 0; i < 100; i++) {
      peer.tell(read());
    }
    coordinator.expectNoMessage(SILENCE);
    peer.tell(read());
    expect(RefusalReason.OVERLOADED);
  }

  @Test
  void requestsThatWaitGoTogetherInOneFrame() {
    peer.tell(read());
    peer.tell(read());
    RequestFrame first = frame();
    RequestFrame second = first.requests().size() == 2 ? null : frame();
    for (int i = 0; i < 25; i++) {
      peer.tell(read());
    }
    if (second == null) {
      second = frame(); // the window has room for it
    }
    network.expectNoMessage(SILENCE);
    answered(first);
    answered(second);
    List<Integer> sizes = List.of(frame().requests().size(), frame().requests().size());
    assertTrue(sizes.contains(10), "frames are as full as they may be: " + sizes);
  }

  @Test
  void noMoreFramesAreInFlightThanTheWindowHas() {
    for (int i = 0; i < 60; i++) {
      peer.tell(read());
    }
    RequestFrame first = frame();
    frame();
    network.expectNoMessage(SILENCE);
    answered(first);
    RequestFrame third = frame();
    assertEquals(3, third.sequence());
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aFrameKeepsWithinItsBytesUnlessOneRequestIsLarger() {
    for (int i = 0; i < 3; i++) {
      peer.tell(write(value(20_000)));
    }
    int sent = 0;
    while (sent < 3) {
      RequestFrame frame = frame();
      assertTrue(frame.requests().size() <= 2, "a frame of " + frame.requests().size());
      sent += frame.requests().size();
      answered(frame);
    }
    peer.tell(write(value(90_000)));
    assertEquals(1, frame().requests().size());
  }

  @Test
  void aLinkThatIsFullByCountRefusesAtOnce() {
    for (int i = 0; i < 100; i++) {
      peer.tell(read());
    }
    coordinator.expectNoMessage(SILENCE);
    peer.tell(read());
    Replied replied = coordinator.receiveMessage();
    assertEquals(ReplicaReply.Refused.of(RefusalReason.OVERLOADED), replied.reply());
    assertEquals(101, replied.round());
    assertEquals(HybridTime.ZERO, replied.time());
  }

  @Test
  void aLinkThatIsFullByBytesRefusesAtOnceAndTakesMoreWhenItIsAnswered() {
    peer.tell(write(value(60_000)));
    RequestFrame first = frame();
    peer.tell(write(value(60_000)));
    expect(RefusalReason.OVERLOADED);
    answered(first);
    assertEquals(ABSENT, coordinator.receiveMessage().reply());
    peer.tell(write(value(60_000)));
    frame();
    coordinator.expectNoMessage(SILENCE);
  }

  @Test
  void oneRequestThatIsLargerThanTheLinkGoesAlone() {
    peer.tell(write(value(200_000)));
    assertEquals(1, frame().requests().size());
  }

  @Test
  void aRequestForAnotherRunIsRefusedAtOnce() {
    peer.tell(
        ask(
            new ReplicaRequest.Read(Key.of("s", "k"), Epoch.FIRST),
            NEXT_RUN,
            Duration.ofSeconds(60)));
    expect(RefusalReason.WRONG_INCARNATION);
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aNewRunAnswersNothingForTheOneBefore() {
    for (int i = 0; i < 30; i++) {
      peer.tell(read());
    }
    RequestFrame first = frame();
    frame();
    peer.tell(new Peer.RunLearned(NEXT_RUN, "elsewhere"));
    int lost = 0;
    for (int i = 0; i < 30; i++) {
      ReplicaReply.Refused refused =
          assertInstanceOf(ReplicaReply.Refused.class, coordinator.receiveMessage().reply());
      assertTrue(
          refused.reason() == RefusalReason.LINK_LOST
              || refused.reason() == RefusalReason.WRONG_INCARNATION);
      lost += refused.reason() == RefusalReason.LINK_LOST ? 1 : 0;
    }
    assertTrue(lost >= first.requests().size(), "what was sent may have been applied: " + lost);
    answered(first);
    coordinator.expectNoMessage(SILENCE);
  }

  @Test
  void aPeerThatIsGivenUpAnswersWhatWaitsAndWhatIsInFlightDifferently() {
    for (int i = 0; i < 30; i++) {
      peer.tell(read());
    }
    int sent = frame().requests().size() + frame().requests().size();
    peer.tell(Peer.GivenUp.INSTANCE);
    int lost = 0;
    int dead = 0;
    for (int i = 0; i < 30; i++) {
      ReplicaReply.Refused refused =
          assertInstanceOf(ReplicaReply.Refused.class, coordinator.receiveMessage().reply());
      lost += refused.reason() == RefusalReason.LINK_LOST ? 1 : 0;
      dead += refused.reason() == RefusalReason.DEAD ? 1 : 0;
    }
    assertEquals(List.of(sent, 30 - sent), List.of(lost, dead));
    assertEmpty();
  }

  @Test
  void workWhoseTimeIsOverIsDroppedAndNotSent() {
    peer.tell(read(Duration.ofMillis(-1)));
    expect(RefusalReason.EXPIRED);
    network.expectNoMessage(SILENCE);
    assertEmpty();
  }

  @Test
  void workWhoseTimeRunsOutWhileItWaitsIsRefusedAndWhatIsInFlightIsForgotten() {
    for (int i = 0; i < 40; i++) {
      peer.tell(read(Duration.ofMillis(300)));
    }
    RequestFrame first = frame();
    int sent = first.requests().size() + frame().requests().size();
    for (int i = sent; i < 40; i++) {
      expect(RefusalReason.EXPIRED);
    }
    coordinator.expectNoMessage(SILENCE);
    answered(first);
    coordinator.expectNoMessage(SILENCE); // late: nobody waits any more
    assertEmpty();
  }

  @Test
  void aRequestIsAnsweredOnceThoughTheAnswerComesTwice() {
    peer.tell(read());
    RequestFrame frame = frame();
    answered(frame);
    answered(frame);
    Replied replied = coordinator.receiveMessage();
    assertEquals(new Replied(OTHER, 1, ABSENT, TIME), replied);
    coordinator.expectNoMessage(SILENCE);
    assertEmpty();
  }

  @Test
  void aFrameMayBeAnsweredInParts() {
    for (int i = 0; i < 60; i++) {
      peer.tell(read());
    }
    RequestFrame first = frame();
    frame();
    answered(first); // comes behind all requests: what waits then goes together
    coordinator.receiveSeveralMessages(first.requests().size());
    RequestFrame frame = frame();
    int size = frame.requests().size();
    assertEquals(10, size);
    arrives(answer(frame, frame.requests().subList(0, 1)));
    coordinator.receiveMessage();
    coordinator.expectNoMessage(SILENCE);
    arrives(answer(frame, frame.requests().subList(1, size)));
    for (int i = 1; i < size; i++) {
      assertEquals(ABSENT, coordinator.receiveMessage().reply());
    }
  }

  @Test
  void answersOfOtherRunsAndNodesAreIgnored() {
    peer.tell(read());
    RequestFrame frame = frame();
    List<ReplyFrame.Item> items = answer(frame, frame.requests()).replies();
    long sequence = frame.sequence();
    arrives(new ReplyFrame(OTHER, NEXT_RUN, SELF, OWN_RUN, sequence, TIME, items));
    arrives(new ReplyFrame(SELF, RUN, SELF, OWN_RUN, sequence, TIME, items));
    arrives(new ReplyFrame(OTHER, RUN, OTHER, OWN_RUN, sequence, TIME, items));
    arrives(new ReplyFrame(OTHER, RUN, SELF, NEXT_RUN, sequence, TIME, items));
    arrives(new ReplyFrame(OTHER, RUN, SELF, OWN_RUN, sequence + 1, TIME, items));
    coordinator.expectNoMessage(SILENCE);
    answered(frame);
    coordinator.receiveMessage();
  }

  @Test
  void aFrameThatTheRemotingDroppedIsRefusedAtOnceAndCountsAsAFailure() {
    peer.tell(read());
    RequestFrame frame = frame();
    peer.tell(new Peer.FrameDropped(frame.sequence()));
    expect(RefusalReason.OVERLOADED);
    assertEquals(new PeerSupervisor.ExchangeFailed(OTHER), supervisor.receiveMessage());
    peer.tell(new Peer.FrameDropped(frame.sequence()));
    supervisor.expectNoMessage(SILENCE);
    assertEmpty();
  }

  @Test
  void anAnswerIsReportedAsHeardAndASilentFrameAsFailedOnce() {
    peer = peer(new LinkSettings(100, 100_000, 1, 10, 50_000, Duration.ofMillis(50)));
    peer.tell(read());
    RequestFrame frame = frame();
    assertEquals(new PeerSupervisor.ExchangeFailed(OTHER), supervisor.receiveMessage());
    supervisor.expectNoMessage(Duration.ofMillis(300));
    peer.tell(read());
    frame(); // the overdue one holds it back no longer
    answered(frame);
    assertEquals(new PeerSupervisor.Heard(OTHER), supervisor.receiveMessage());
  }

  @Test
  void aValueIsHandedOnAndNeverCopied() {
    Entry entry = value(1000);
    peer.tell(write(entry));
    ReplicaRequest.Write sent =
        assertInstanceOf(ReplicaRequest.Write.class, frame().requests().get(0).request());
    assertSame(entry.value(), sent.entry().value());
  }

  @Test
  void afterACrashSequencesGoOnAndRequestsAreTakenAgain() {
    peer.tell(read());
    long before = frame().sequence();
    isCrashDue.set(true);
    peer.tell(read());
    coordinator.expectNoMessage(SILENCE);
    peer.tell(read());
    expect(RefusalReason.WRONG_INCARNATION); // it does not know the run any more
    peer.tell(new Peer.RunLearned(RUN, "there"));
    peer.tell(read());
    assertTrue(frame().sequence() > before, "the peer would drop it as a duplicate");
  }
}
