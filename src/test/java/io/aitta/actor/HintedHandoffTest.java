package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.handoff.HintLimits;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.Durability;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HintedHandoffTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(500); // more than two ticks
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);

  private final StorageEngine engine = new MemoryEngineProvider().open(Parts.settings().storage());
  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<Ask> peers = ACTORS.probe(Ask.class);
  private final TestProbe<ReplicationCoordinator.HintKept> coordinator =
      ACTORS.probe(ReplicationCoordinator.HintKept.class);
  private final Published<ServiceState> service = new Published<>(Parts.serving());
  private final Published<PeersSnapshot> snapshot =
      new Published<>(Parts.peers(peers.ref(), Map.of(Parts.B, PeerState.DEAD)));

  private final Published<Map<NodeId, Long>> waitingSince = new Published<>(Map.of());

  private ActorRef<HintedHandoff.Command> handoff(int maxHints, Duration backOff) {
    return handoff(engine, maxHints, backOff);
  }

  /** The engine, but the first look at its hints crashes whoever takes it. */
  private StorageEngine crashingOnce() {
    AtomicBoolean hasCrashed = new AtomicBoolean();
    return (StorageEngine)
        Proxy.newProxyInstance(
            StorageEngine.class.getClassLoader(),
            new Class<?>[] {StorageEngine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("hints") && hasCrashed.compareAndSet(false, true)) {
                throw new IllegalStateException("a crash for the test");
              }
              return method.invoke(engine, arguments);
            });
  }

  private ActorRef<HintedHandoff.Command> handoff(
      StorageEngine stored, int maxHints, Duration backOff) {
    return ACTORS.spawn(
        HintedHandoff.create(
            new HandoffWorks(Parts.SELF, stored, replica.ref(), service, snapshot, waitingSince),
            new HintLimits(maxHints, 1 << 20, backOff, backOff)));
  }

  private static Key key(int number) {
    return Key.of("s", "k" + number);
  }

  private static Entry entry(int number, int bytes) {
    return Entry.value(
        new Version(HybridTime.ofMillis(number), Parts.SELF),
        Entry.NEVER,
        "bytes",
        Bytes.wrap(new byte[bytes]));
  }

  private HintedHandoff.Keep keep(NodeId target, int number, int bytes) {
    return new HintedHandoff.Keep(target, key(number), entry(number, bytes), coordinator.ref());
  }

  private Replica.KeepHint stored() {
    Replica.KeepHint hint = assertInstanceOf(Replica.KeepHint.class, replica.receiveMessage());
    assertDoesNotThrow(
        () ->
            engine.write(
                List.of(new Mutation.PutHint(hint.target(), hint.key(), hint.entry())),
                Durability.POLICY));
    hint.replyTo()
        .tell(new Replica.HintStored(hint.target(), hint.key(), hint.entry(), true, true, null));
    return hint;
  }

  private void store(int number, int bytes) throws StorageException {
    engine.write(
        List.of(new Mutation.PutHint(Parts.B, key(number), entry(number, bytes))),
        Durability.POLICY);
  }

  /** B gave its part to others, and is gone. */
  private void move(Function<PartitionId, Configuration> moved) {
    Objects.requireNonNull(service.get().table())
        .set(
            ConfigurationTable.of(
                Parts.SHAPE,
                IntStream.range(0, Parts.SHAPE.partitions())
                    .mapToObj(i -> moved.apply(new PartitionId(i)))
                    .toList()));
  }

  private void becomeAlive() {
    snapshot.set(Parts.peers(peers.ref(), Map.of()));
  }

  private static void reply(Ask ask, ReplicaReply reply) {
    ask.replyTo().tell(new Replied(Parts.B, ask.round(), reply, Parts.TIME));
  }

  private void expectKept(boolean isKept) {
    assertEquals(
        new ReplicationCoordinator.HintKept(Parts.B, isKept), coordinator.receiveMessage());
  }

  @Test
  void aHintIsKeptOnceItIsStoredAndNotBefore() {
    ActorRef<HintedHandoff.Command> handoff = handoff(10, SILENCE);
    handoff.tell(keep(Parts.B, 1, 10));
    Replica.KeepHint hint = assertInstanceOf(Replica.KeepHint.class, replica.receiveMessage());
    coordinator.expectNoMessage(Duration.ofMillis(100));
    hint.replyTo()
        .tell(new Replica.HintStored(hint.target(), hint.key(), hint.entry(), true, true, null));
    expectKept(true);
  }

  @Test
  void hintsThatFindNoRoomAreToldOfTogether() {
    TestProbe<ClusterEvent> events = ACTORS.probe(ClusterEvent.class);
    ACTORS
        .system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(ClusterEvent.HintsDropped.class, events.ref().narrow()));
    ActorRef<HintedHandoff.Command> handoff = handoff(1, SILENCE);
    for (int i = 1; i <= 4; i++) {
      handoff.tell(keep(Parts.B, i, 10));
    }
    assertEquals(new ClusterEvent.HintsDropped(Parts.SELF, Parts.B, 3), events.receiveMessage());
    events.expectNoMessage(SILENCE);
  }

  @Test
  void hintsBeyondTheBoundsAreRefusedAtOnce() {
    ActorRef<HintedHandoff.Command> handoff = handoff(2, SILENCE);
    handoff.tell(keep(Parts.B, 1, 10));
    handoff.tell(keep(Parts.B, 2, 10));
    handoff.tell(keep(Parts.B, 3, 10)); // while the first two are being stored
    expectKept(false);
    stored();
    stored();
    expectKept(true);
    expectKept(true);
    replica.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void aHintThatCouldNotBeStoredGivesItsPlaceBackAtTheNextCount() {
    ActorRef<HintedHandoff.Command> handoff = handoff(1, SILENCE);
    for (int i = 0; i < 3; i++) {
      handoff.tell(keep(Parts.B, i, 10));
      failed(assertInstanceOf(Replica.KeepHint.class, replica.receiveMessage()));
      expectKept(false);
      handoff.tell(keep(Parts.B, 9, 10)); // the first one may be there all the same
      expectKept(false);
      replica.expectNoMessage(SILENCE);
    }
  }

  private static void failed(Replica.KeepHint hint) {
    hint.replyTo()
        .tell(new Replica.HintStored(hint.target(), hint.key(), hint.entry(), false, false, null));
  }

  @Test
  void aHintThatIsThereThoughTheDiskSaidThatItFailedIsDelivered() throws StorageException {
    becomeAlive();
    handoff(10, SILENCE).tell(keep(Parts.B, 1, 10));
    Replica.KeepHint hint = assertInstanceOf(Replica.KeepHint.class, replica.receiveMessage());
    store(1, 10);
    failed(hint);
    expectKept(false);
    assertEquals(key(1), peers.receiveMessage().request().key());
  }

  @Test
  void aHintThatIsGoneThoughTheDiskSaidThatItsRemovalFailedGivesItsPlaceBack()
      throws StorageException {
    store(1, 10);
    becomeAlive();
    ActorRef<HintedHandoff.Command> handoff = handoff(1, Duration.ofMillis(1));
    reply(peers.receiveMessage(), APPLIED);
    assertInstanceOf(Replica.DropHint.class, replica.receiveMessage());
    engine.write(List.of(new Mutation.RemoveHint(Parts.B, key(1))), Durability.POLICY);
    peers.expectNoMessage(SILENCE);
    handoff.tell(keep(Parts.B, 2, 10));
    stored();
    expectKept(true);
  }

  @Test
  void aHintLargerThanTheBytesThatAreLeftIsRefused() {
    handoff(10, SILENCE).tell(keep(Parts.B, 1, 2 << 20));
    expectKept(false);
  }

  @Test
  void aHintForANodeThatHoldsNoReplicaIsRefused() {
    handoff(10, SILENCE)
        .tell(new HintedHandoff.Keep(new NodeId(99), key(1), entry(1, 1), coordinator.ref()));
    assertEquals(
        new ReplicationCoordinator.HintKept(new NodeId(99), false), coordinator.receiveMessage());
  }

  @Test
  void theSameHintTwiceTakesOnePlace() {
    ActorRef<HintedHandoff.Command> handoff = handoff(2, SILENCE);
    handoff.tell(keep(Parts.B, 1, 10));
    handoff.tell(keep(Parts.B, 1, 10));
    expectKept(false);
    stored();
    expectKept(true);
    handoff.tell(keep(Parts.B, 2, 10));
    stored();
    expectKept(true);
  }

  @Test
  void hintsOfAnEarlierRunAreDeliveredWhenTheirTargetIsAliveAndDroppedOnceItHasThem()
      throws StorageException {
    store(1, 10);
    store(2, 10);
    handoff(10, Duration.ofMillis(1));
    peers.expectNoMessage(SILENCE);
    becomeAlive();
    List<Ask> asks = peers.receiveSeveralMessages(2);
    replica.expectNoMessage(SILENCE); // nothing is removed before the target has it
    ReplicaRequest.Write write =
        assertInstanceOf(ReplicaRequest.Write.class, asks.get(0).request());
    assertEquals(WriteOrigin.HINT, write.origin());
    assertEquals(Parts.RUN, asks.get(0).expected());
    reply(asks.get(0), APPLIED);
    Replica.DropHint drop = assertInstanceOf(Replica.DropHint.class, replica.receiveMessage());
    assertEquals(List.of(Parts.B, write.key()), List.of(drop.target(), drop.key()));
    assertEquals(write.entry().version(), drop.version());
    reply(asks.get(1), new ReplicaReply.Wrote(WriteResult.SUPERSEDED, entry(9, 0)));
    assertInstanceOf(Replica.DropHint.class, replica.receiveMessage());
  }

  @Test
  void aHintWhoseTargetIsNoReplicaAnyMoreGoesToThoseThatAre() throws StorageException {
    store(1, 10);
    Epoch epoch = new Epoch(0, 3);
    move(partition -> Configuration.stable(partition, epoch, List.of(Parts.SELF, Parts.C)));
    handoff(10, Duration.ofMillis(50));
    Ask first = peers.receiveMessage();
    Ask second = peers.receiveMessage();
    assertEquals(epoch, first.request().epoch());
    first.replyTo().tell(new Replied(Parts.SELF, first.round(), APPLIED, Parts.TIME));
    replica.expectNoMessage(SILENCE);
    second.replyTo().tell(new Replied(Parts.C, second.round(), APPLIED, Parts.TIME));
    Replica.DropHint drop = assertInstanceOf(Replica.DropHint.class, replica.receiveMessage());
    assertEquals(Parts.B, drop.target());
  }

  /** More of them than are read at once, and all before the one that can be delivered. */
  @Test
  void hintsThatNobodyCanTakeNowHoldUpNoneThatSomebodyCan() throws StorageException {
    PartitionId held = new PartitionId(0);
    move(
        partition ->
            Configuration.stable(
                partition,
                new Epoch(0, 3),
                partition.equals(held) ? List.of(Parts.SELF, Parts.C) : List.of(Parts.SELF)));
    snapshot.set(Parts.peers(peers.ref(), Map.of(Parts.C, PeerState.DEAD)));
    int number = 100_000;
    for (int stored = 0; stored < 300; number++) {
      if (PartitionId.of(key(number), Parts.SHAPE.partitions()).equals(held)) {
        store(number, 10);
        stored++;
      }
    }
    while (PartitionId.of(key(number), Parts.SHAPE.partitions()).equals(held)) {
      number++;
    }
    store(number, 10);
    handoff(1000, Duration.ofSeconds(1));
    Ask ask = peers.receiveMessage();
    assertEquals(key(number), assertInstanceOf(ReplicaRequest.Write.class, ask.request()).key());
    // Their owner comes back, and they go too, from the first.
    engine.write(List.of(new Mutation.RemoveHint(Parts.B, key(number))), Durability.POLICY);
    snapshot.set(Parts.peers(peers.ref(), Map.of()));
    ask.replyTo().tell(new Replied(Parts.SELF, ask.round(), APPLIED, Parts.TIME));
    assertInstanceOf(Replica.DropHint.class, replica.receiveMessage());
    assertEquals(
        held,
        PartitionId.of(
            assertInstanceOf(ReplicaRequest.Write.class, peers.receiveMessage().request()).key(),
            Parts.SHAPE.partitions()));
  }

  @Test
  void aTargetThatRefusesIsLeftAloneForAWhileAndItsHintsStay() throws StorageException {
    store(1, 10);
    becomeAlive();
    handoff(10, Duration.ofSeconds(1));
    long refusedNanos = System.nanoTime();
    reply(peers.receiveMessage(), ReplicaReply.Refused.of(RefusalReason.OVERLOADED));
    peers.expectNoMessage(SILENCE);
    peers.receiveMessage();
    assertTrue(System.nanoTime() - refusedNanos >= Duration.ofSeconds(1).toNanos());
    replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aBatchLeavesRoomOnTheLink() throws StorageException {
    for (int i = 0; i < 10; i++) {
      store(i, 400_000);
    }
    becomeAlive();
    handoff(100, SILENCE);
    peers.receiveSeveralMessages(2);
    peers.expectNoMessage(SILENCE);
  }

  @Test
  void aHintThatIsDroppedMoreOftenThanItWasCountedHarmsNoOther() {
    // As after a crash, when a hint was dropped before it could be counted again.
    ActorRef<HintedHandoff.Command> handoff = handoff(1, SILENCE);
    handoff.tell(keep(Parts.B, 2, 10));
    handoff.tell(new Replica.HintDropped(Parts.B, key(1), entry(1, 10)));
    handoff.tell(new Replica.HintDropped(Parts.B, key(1), entry(1, 10)));
    stored();
    expectKept(true);
    handoff.tell(keep(Parts.B, 3, 10));
    expectKept(false);
  }

  @Test
  void whatIsDroppedGivesItsPlaceBack() throws StorageException {
    store(1, 10);
    ActorRef<HintedHandoff.Command> handoff = handoff(1, SILENCE);
    handoff.tell(keep(Parts.B, 2, 10));
    expectKept(false);
    engine.write(List.of(new Mutation.RemoveHint(Parts.B, key(1))), Durability.POLICY);
    handoff.tell(new Replica.HintDropped(Parts.B, key(1), entry(1, 10)));
    replica.expectNoMessage(SILENCE);
    handoff.tell(keep(Parts.B, 2, 10));
    stored();
    expectKept(true);
  }

  @Test
  void afterACrashTheStoredHintsAreCountedAgainAndNewOnesAreTaken() throws StorageException {
    store(1, 10);
    becomeAlive();
    ActorRef<HintedHandoff.Command> handoff = handoff(crashingOnce(), 2, SILENCE);
    peers.receiveMessage(); // delivered by the second run
    handoff.tell(keep(Parts.B, 2, 10));
    stored();
    expectKept(true);
    handoff.tell(keep(Parts.B, 3, 10));
    expectKept(false);
  }
}
