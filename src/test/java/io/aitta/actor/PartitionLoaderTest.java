package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.replica.Horizons;
import io.aitta.replica.Loss;
import io.aitta.replica.NodeMetadata;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** This node and B and C hold every partition; it makes its own copies whole. */
final class PartitionLoaderTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final PartitionId FIRST = new PartitionId(1);
  private static final PartitionId SECOND = new PartitionId(2);

  private final Published<ServiceState> service = new Published<>(Parts.serving());
  private NodeClock clock = Parts.clock();
  private final FailingEngine disk = new FailingEngine();
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<Ask> peers = ACTORS.probe(Ask.class);
  private final Published<Map<PartitionId, Loss>> recovering = new Published<>(Map.of());

  private final Published<Map<PartitionId, Epoch>> loaded = new Published<>(Map.of());

  private ActorRef<Object> recovery(Map<NodeId, PeerState> states, Duration longestRequest) {
    return ACTORS
        .spawn(
            Behaviors.transformMessages(
                WireMessage.class,
                PartitionLoader.create(
                    new LoaderWorks(
                        Parts.SELF,
                        Parts.RUN,
                        clock,
                        disk.engine(),
                        replica.ref(),
                        CapturedTransport.to(network),
                        service,
                        new Published<>(Parts.peers(peers.ref(), states)),
                        recovering,
                        loaded,
                        new Horizons(),
                        new Published<>(LoadingProgress.NONE),
                        1000,
                        1 << 30,
                        longestRequest)),
                PartitionLoader::fromWire))
        .unsafeUpcast();
  }

  private CopyRequest asked() {
    return assertInstanceOf(CopyRequest.class, network.receiveMessage().message());
  }

  /** The source has nothing, and is whole; the replica merges that. */
  private void answer(ActorRef<Object> recovery, CopyRequest request) {
    answer(recovery, request, HybridTime.ZERO);
  }

  private void answer(ActorRef<Object> recovery, CopyRequest request, HybridTime time) {
    recovery.tell(
        new CopyPage(
            request.id(),
            request.to(),
            Parts.RUN,
            Parts.SELF,
            request.partition(),
            CopyPage.Status.LAST,
            Version.NONE,
            time,
            List.of()));
    Replica.Merge merge = replica.expectMessageClass(Replica.Merge.class);
    merge.replyTo().tell(new PartitionLoader.Merged(merge.id(), true));
  }

  private static CopyPage page(
      CopyRequest request, CopyPage.Status status, List<KeyedEntry> entries) {
    return new CopyPage(
        request.id(),
        request.to(),
        Parts.RUN,
        Parts.SELF,
        request.partition(),
        status,
        Version.NONE,
        HybridTime.ZERO,
        entries);
  }

  @Test
  void mergesFromEveryOtherMemberAndSaysWhichLossThatMended() {
    Loss loss = new Loss(7, System.nanoTime());
    recovering.set(Map.of(FIRST, loss));
    ActorRef<Object> recovery = recovery(Map.of(), Duration.ZERO);
    Set<NodeId> sources = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      CopyRequest request = asked();
      assertEquals(FIRST, request.partition());
      sources.add(request.to());
      answer(recovery, request);
    }
    assertEquals(Set.of(Parts.B, Parts.C), sources);
    Replica.Heal heal = replica.expectMessageClass(Replica.Heal.class);
    assertEquals(Map.of(FIRST, loss), heal.healed());
  }

  /** What B and C lack at the loss may still be on its way to them, and be acknowledged then. */
  @Test
  void asksNobodyBeforeThePutsAreOverThatWereInFlightAtTheLoss() {
    Duration longestRequest = Duration.ofMillis(1500);
    Loss loss = new Loss(1, System.nanoTime());
    recovering.set(Map.of(FIRST, loss));
    recovery(Map.of(), longestRequest);
    asked();
    long afterNanos = System.nanoTime() - loss.foundNanos();
    assertTrue(afterNanos >= longestRequest.toNanos(), "asked after " + afterNanos + " ns");
  }

  @Test
  void aPartitionThatLosesRecordsAgainBeginsAnew() {
    recovering.set(Map.of(FIRST, new Loss(1, System.nanoTime())));
    ActorRef<Object> recovery = recovery(Map.of(), Duration.ZERO);
    answer(recovery, asked());
    CopyRequest last = asked();
    Loss second = new Loss(2, System.nanoTime());
    recovering.set(Map.of(FIRST, second));
    answer(recovery, last);
    answer(recovery, asked());
    answer(recovery, asked());
    Replica.Heal heal = replica.expectMessageClass(Replica.Heal.class);
    assertEquals(Map.of(FIRST, second), heal.healed());
  }

  @Test
  void aPartitionThatWaitsForADeadMemberHoldsNoOtherUp() {
    Loss loss = new Loss(1, System.nanoTime());
    recovering.set(Map.of(FIRST, loss, SECOND, loss));
    ActorRef<Object> recovery = recovery(Map.of(Parts.C, PeerState.DEAD), Duration.ZERO);
    Set<PartitionId> partitions = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      CopyRequest request = asked();
      assertEquals(Parts.B, request.to());
      partitions.add(request.partition());
      answer(recovery, request);
    }
    assertEquals(Set.of(FIRST, SECOND), partitions);
  }

  @Test
  void aPageOfAnotherPartitionIsNotTakenForTheOneThatWasAskedFor() {
    recovering.set(Map.of(FIRST, new Loss(1, System.nanoTime())));
    ActorRef<Object> recovery = recovery(Map.of(), Duration.ZERO);
    CopyRequest request = asked();
    Entry entry = Entry.tombstone(new Version(HybridTime.ofMillis(1), Parts.B));
    recovery.tell(
        new CopyPage(
            request.id(),
            request.to(),
            Parts.RUN,
            Parts.SELF,
            SECOND,
            CopyPage.Status.LAST,
            Version.NONE,
            HybridTime.ZERO,
            List.of(new KeyedEntry(Key.of("store", "k"), entry))));
    recovery.tell(
        new CopyPage(
            request.id(),
            request.to(),
            Parts.RUN,
            Parts.SELF,
            FIRST,
            CopyPage.Status.LAST,
            Version.NONE,
            HybridTime.ZERO,
            List.of()));
    assertEquals(List.of(), replica.expectMessageClass(Replica.Merge.class).entries());
  }

  /** So a page that was asked for before a crash is not taken for one of now. */
  @Test
  void everyRunAsksUnderIdsOfItsOwn() {
    recovering.set(Map.of(FIRST, new Loss(1, System.nanoTime())));
    recovery(Map.of(), Duration.ZERO);
    long id = asked().id();
    recovery(Map.of(), Duration.ZERO);
    assertNotEquals(id, asked().id());
  }

  @Test
  void aSourceThatRefusesIsLeftForAnother() {
    recovering.set(Map.of(FIRST, new Loss(1, System.nanoTime())));
    ActorRef<Object> recovery = recovery(Map.of(), Duration.ZERO);
    CopyRequest refused = asked();
    recovery.tell(page(refused, CopyPage.Status.REFUSED, List.of()));
    CopyRequest next = asked();
    assertEquals(Set.of(Parts.B, Parts.C), Set.of(refused.to(), next.to()));
  }

  @Test
  void aSourceThatWasLeftIsAskedAgainBehindItsLastPage() {
    recovering.set(Map.of(FIRST, new Loss(1, System.nanoTime())));
    ActorRef<Object> recovery = recovery(Map.of(), Duration.ZERO);
    CopyRequest first = asked();
    assertNull(first.after());
    Key key = Key.of("store", "k");
    Entry entry = Entry.tombstone(new Version(HybridTime.ofMillis(1), Parts.B));
    recovery.tell(page(first, CopyPage.Status.MORE, List.of(new KeyedEntry(key, entry))));
    Replica.Merge merge = replica.expectMessageClass(Replica.Merge.class);
    merge.replyTo().tell(new PartitionLoader.Merged(merge.id(), true));
    CopyRequest second = asked();
    assertEquals(first.to(), second.to());
    assertEquals(key, second.after());
    recovery.tell(page(second, CopyPage.Status.REFUSED, List.of()));
    CopyRequest other = asked();
    assertNotEquals(first.to(), other.to());
    assertNull(other.after());
    answer(recovery, other);
    CopyRequest again = asked();
    assertEquals(first.to(), again.to());
    assertEquals(key, again.after());
  }

  /** Of what is copied here, the source said that it is expired; this node would show it again. */
  @Test
  void whatIsCopiedIsLoadedOnceThisNodesTimeHasReachedThatOfTheSource() {
    Configuration joint = new Configuration(FIRST, new Epoch(0, 2), Parts.NODES, Parts.NODES);
    service.set(Parts.serving(joint));
    clock = new NodeClock(new NodeMetadata.Ceilings(Parts.TIME, Parts.TIME), 10_000, () -> 1000L);
    ActorRef<Object> loader = recovery(Map.of(), Duration.ZERO);
    HybridTime ahead = HybridTime.ofMillis(2_500);
    answer(loader, asked(), ahead);
    replica.expectNoMessage(Duration.ofMillis(300)); // three ticks
    clock.raiseCeilings(new NodeMetadata.Ceilings(ahead.next(), HybridTime.ZERO));
    Replica.Load load = replica.expectMessageClass(Replica.Load.class);
    assertEquals(Map.of(FIRST, joint.epoch()), load.loaded());
  }
}
