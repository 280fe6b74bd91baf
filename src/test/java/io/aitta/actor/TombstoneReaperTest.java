package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.Loss;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** This node, B and C hold every partition; this node holds what is dead, and has it dropped. */
final class TombstoneReaperTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Key KEY = Reaping.key(1);
  private static final Duration LONGEST_REQUEST = Duration.ofMillis(100);
  private static final KeyVersion RECORD = KeyVersion.of(KEY, Reaping.DEAD);

  private final Reaping around = new Reaping(ACTORS);

  private ActorRef<Object> spawn() {
    around.store(PARTITION, KEY, Reaping.DEAD);
    return around.spawn(LONGEST_REQUEST);
  }

  /** The question to each member, this one's last. */
  private List<TombstoneMessage.Asked> questions() {
    return List.of(around.asked(), around.asked(), ownQuestion());
  }

  private TombstoneMessage.Asked ownQuestion() {
    return assertInstanceOf(TombstoneMessage.Asked.class, around.reap().question());
  }

  private static Configuration configuration(NodeId... members) {
    return Configuration.stable(PARTITION, Epoch.FIRST.next(), List.of(members));
  }

  private void assertNothingIsDropped() {
    around.network.expectNoMessage(Reaping.SILENCE);
    around.replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatAllMembersHoldIsDroppedByAllOfThem() {
    ActorRef<Object> reaper = spawn();
    Set<NodeId> members = new HashSet<>();
    for (TombstoneMessage.Asked asked : questions()) {
      assertEquals(List.of(RECORD), asked.dead());
      members.add(asked.header().to());
      reaper.tell(Reaping.confirmed(asked, 0));
    }
    assertEquals(Set.copyOf(Parts.NODES), members);
    assertEquals(List.of(RECORD), dropTold().dead());
    assertEquals(List.of(RECORD), dropTold().dead());
    assertEquals(
        List.of(RECORD),
        assertInstanceOf(TombstoneMessage.Drop.class, around.reap().question()).dead());
  }

  private TombstoneMessage.Drop dropTold() {
    return assertInstanceOf(TombstoneMessage.Drop.class, around.network.receiveMessage().message());
  }

  /** A get that began before they confirmed may still send a repair that rests on older answers. */
  @Test
  void nothingIsDroppedBeforeTheLongestRequestIsOver() {
    Duration longestRequest = Duration.ofMillis(800);
    around.store(PARTITION, KEY, Reaping.DEAD);
    ActorRef<Object> reaper = around.spawn(longestRequest);
    List<TombstoneMessage.Asked> questions = questions();
    long confirmedNanos = System.nanoTime();
    questions.forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    dropTold();
    long waitedNanos = System.nanoTime() - confirmedNanos;
    assertTrue(waitedNanos >= longestRequest.toNanos(), "dropped after " + waitedNanos + " ns");
  }

  @Test
  void aSilentMemberIsAskedAgainAloneAndNothingIsDroppedMeanwhile() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    TombstoneMessage.Asked silent = questions.get(1);
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    reaper.tell(Reaping.confirmed(questions.get(2), 0));
    assertEquals(silent, around.asked());
    assertNothingIsDropped();
    reaper.tell(Reaping.confirmed(silent, 0));
    dropTold();
  }

  @Test
  void aMemberThatConfirmsNothingEndsTheProof() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.refused(questions.get(0)));
    assertNotEquals(questions.get(0).header().id(), around.asked().header().id());
    for (TombstoneMessage.Asked asked : questions) {
      reaper.tell(Reaping.confirmed(asked, 0));
    }
    around.asked(); // of the second proof too
    ownQuestion();
    assertNothingIsDropped();
  }

  @Test
  void aConfirmationOfAnEarlierRunCountsForNothing() {
    ActorRef<Object> earlier = spawn();
    List<TombstoneMessage.Asked> before = questions();
    ACTORS.stop(earlier);
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    List<TombstoneMessage.Asked> questions = questions();
    assertNotEquals(before.get(0).header().id(), questions.get(0).header().id());
    before.forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    assertNothingIsDropped();
  }

  @Test
  void aConfirmationOfAnotherEpochOrPartitionCountsForNothing() {
    ActorRef<Object> reaper = spawn();
    for (TombstoneMessage.Asked asked : questions()) {
      ComparisonHeader header = asked.header();
      reaper.tell(
          Reaping.confirmed(
              new ComparisonHeader(
                  header.id(),
                  header.round(),
                  header.from(),
                  header.fromIncarnation(),
                  header.to(),
                  PARTITION,
                  header.epoch().next()),
              0));
      reaper.tell(
          Reaping.confirmed(
              new ComparisonHeader(
                  header.id(),
                  header.round(),
                  header.from(),
                  header.fromIncarnation(),
                  header.to(),
                  new PartitionId(2),
                  header.epoch()),
              0));
    }
    assertNothingIsDropped();
  }

  @Test
  void aCrashLosesTheProofsWhichBeginAnewUnderOtherIds() {
    AtomicBoolean crashes = new AtomicBoolean(true);
    around.sendBy(
        (base, message) -> {
          if (crashes.getAndSet(false)) {
            throw new IllegalStateException("a crash for the test");
          }
          CapturedTransport.to(around.network).send(base, message);
        });
    ActorRef<Object> reaper = spawn();
    TombstoneMessage.Asked lost = ownQuestion();
    for (TombstoneMessage.Asked asked : questions()) {
      ComparisonHeader header = asked.header();
      assertNotEquals(lost.header().id(), header.id());
      reaper.tell(
          Reaping.confirmed(
              new ComparisonHeader(
                  lost.header().id(),
                  header.round(),
                  header.from(),
                  header.fromIncarnation(),
                  header.to(),
                  header.partition(),
                  header.epoch()),
              0));
    }
    assertNothingIsDropped();
  }

  @Test
  void aConfigurationThatChangesWhileMembersAreAskedVoidsWhatTheyConfirmed() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    around.become(
        new Configuration(
            PARTITION, Epoch.FIRST.next(), Parts.NODES, List.of(Parts.SELF, Parts.B)));
    around.network.expectNoMessage(Reaping.SILENCE); // some ticks later it is void
    reaper.tell(Reaping.confirmed(questions.get(1), 0));
    reaper.tell(Reaping.confirmed(questions.get(2), 0));
    assertNothingIsDropped();
  }

  @Test
  void aConfigurationThatChangesAfterTheProofVoidsTheDrop() {
    around.store(PARTITION, KEY, Reaping.DEAD);
    ActorRef<Object> reaper = around.spawn(Duration.ofMillis(700));
    questions().forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    around.become(configuration(Parts.SELF, Parts.B));
    TombstoneMessage.Asked anew = around.asked(Duration.ofSeconds(5));
    assertEquals(Epoch.FIRST.next(), anew.header().epoch());
    ownQuestion();
    around.network.expectNoMessage(Duration.ofMillis(1200));
  }

  @Test
  void aDiskThatFailsHoldsNothingUpForGood() {
    around.disk.failReads(StorageException.Kind.FAILED);
    spawn();
    around.network.awaitAssert(
        () -> {
          assertTrue(around.disk.failures() > 0);
          return null;
        });
    assertNothingIsDropped();
    around.disk.mend();
    assertEquals(List.of(RECORD), around.asked().dead());
  }

  @Test
  void aMemberThatLacksARecordIsGivenItAndNothingIsDropped() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.confirmed(questions.get(0)));
    Ask given = around.peers.receiveMessage();
    assertEquals(
        new ReplicaRequest.Write(KEY, Epoch.FIRST, Reaping.DEAD, WriteOrigin.REPAIR),
        given.request());
    reaper.tell(Reaping.confirmed(questions.get(1), 0));
    reaper.tell(Reaping.confirmed(questions.get(2), 0));
    assertEquals(List.of(RECORD), around.asked().dead()); // of the next proof, and no drop
  }

  @Test
  void aMemberIsGivenAHundredRecordsAtATime() {
    for (int i = 0; i < 150; i++) {
      around.store(PARTITION, Reaping.key(i), Reaping.DEAD);
    }
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    TombstoneMessage.Asked asked = questions().get(0);
    assertEquals(150, asked.dead().size());
    reaper.tell(Reaping.confirmed(asked));
    around.peers.receiveSeveralMessages(100);
    around.peers.expectNoMessage(Reaping.SILENCE);
  }

  @Test
  void whatADiskFailsToReadIsNotGiven() {
    ActorRef<Object> reaper = spawn();
    TombstoneMessage.Asked asked = questions().get(0);
    around.disk.failReads(StorageException.Kind.FAILED);
    reaper.tell(Reaping.confirmed(asked));
    around.peers.expectNoMessage(Reaping.SILENCE);
  }

  @Test
  void oneProofTakesNoMoreRecordsThanFitIntoAMessage() {
    int length = 1000;
    for (int i = 0; i < 300; i++) {
      around.store(PARTITION, Key.of("s", String.format("%0" + length + "d", i)), Reaping.DEAD);
    }
    around.spawn(LONGEST_REQUEST);
    List<KeyVersion> asked = around.asked().dead();
    int bytes = asked.stream().mapToInt(WireSize::ofKeyVersion).sum();
    assertTrue(bytes <= 128 << 10 && bytes + length > 126 << 10, "[" + bytes + "] bytes");
  }

  @Test
  void sixteenPartitionsAtATimeAreAskedForAndTheOthersOnceThoseWait() {
    int partitions = 20;
    ClusterShape shape = new ClusterShape(partitions, 3);
    List<Configuration> all =
        IntStream.range(0, partitions)
            .mapToObj(i -> Configuration.stable(new PartitionId(i), Epoch.FIRST, Parts.NODES))
            .toList();
    around.service.set(
        new ServiceState(
            ServiceState.Phase.SERVING,
            "ready",
            Parts.CLUSTER,
            new Published<>(ConfigurationTable.of(shape, all)),
            Parts.NODES.stream().map(Parts::description).toList()));
    for (int i = 0; i < partitions; i++) {
      around.store(new PartitionId(i), KEY, Reaping.DEAD);
    }
    ActorRef<Object> reaper = around.spawn(Duration.ofMillis(800));
    List<TombstoneMessage.Asked> first = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      first.addAll(questions());
    }
    assertNothingIsDropped();
    first.forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    Set<PartitionId> seen = new HashSet<>();
    first.forEach(asked -> seen.add(asked.header().partition()));
    assertEquals(16, seen.size());
    for (int i = 0; i < 4; i++) {
      questions().forEach(asked -> seen.add(asked.header().partition()));
    }
    assertEquals(partitions, seen.size());
  }

  @Test
  void nobodyIsAskedWhileAMemberIsDead() {
    around.states.put(Parts.C, PeerState.DEAD);
    spawn();
    assertNothingIsDropped();
  }

  @Test
  void nobodyIsAskedWhileThisReplicaIsNotWhole() {
    around.recovering.set(Map.of(PARTITION, new Loss(1, 0)));
    spawn();
    assertNothingIsDropped();
  }

  @Test
  void nobodyIsAskedWhileThisNodeDoesNotServe() {
    around.service.set(ServiceState.starting("waiting"));
    spawn();
    assertNothingIsDropped();
  }

  /** It is dead for 200 ms: the first member looks for that, and the second a while later. */
  @Test
  void whoStandsFurtherBehindWaitsLonger() {
    Entry dead = Reaping.tombstone(800);
    around.store(PARTITION, KEY, dead);
    around.become(configuration(Parts.B, Parts.SELF, Parts.C));
    around.spawn(LONGEST_REQUEST);
    assertNothingIsDropped();
    around.become(Configuration.stable(PARTITION, Epoch.FIRST.next().next(), Parts.NODES));
    assertEquals(List.of(KeyVersion.of(KEY, dead)), around.asked().dead());
  }

  @Test
  void whatAnotherMemberAsksIsAnsweredByTheReplica() {
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    TombstoneMessage.Asked asked =
        new TombstoneMessage.Asked(
            new ComparisonHeader(5, 0, Parts.B, Parts.RUN, Parts.SELF, PARTITION, Epoch.FIRST),
            List.of(RECORD));
    reaper.tell(asked);
    Replica.Reap reap = around.reap();
    assertEquals(asked, reap.question());
    TombstoneMessage answer = Reaping.confirmed(asked, 0);
    reap.replyTo().tell(new TombstoneReaper.Answered(answer));
    assertEquals(new CapturedTransport.Sent("at-2", answer), around.network.receiveMessage());
  }

  @Test
  void whatIsForAnotherNodeIsIgnored() {
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    reaper.tell(
        new TombstoneMessage.Drop(
            new ComparisonHeader(5, 0, Parts.B, Parts.RUN, Parts.C, PARTITION, Epoch.FIRST),
            List.of(RECORD)));
    assertNothingIsDropped();
  }

  @Test
  void whoHasStoppedAsksNobodyAgain() {
    ActorRef<Object> reaper = spawn();
    questions();
    ACTORS.stop(reaper);
    around.network.expectNoMessage(Duration.ofMillis(2500)); // longer than a repetition
  }
}
