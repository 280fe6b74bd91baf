package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.AntiEntropyReport;
import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TreeSummary;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.AntiEntropySettings;
import io.aitta.replica.Loss;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This node and B and C hold every partition; the network and the replica are probes. */
final class AntiEntropyTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Duration SILENCE = Duration.ofMillis(400);
  private static final TreeSummary TREE = new TreeSummary(7, 1, 0);
  private static final Key KEY =
      IntStream.iterate(0, i -> i + 1)
          .mapToObj(i -> Key.of("s", "k" + i))
          .filter(key -> PartitionId.of(key, Parts.SHAPE.partitions()).equals(PARTITION))
          .findFirst()
          .orElseThrow();
  private static final Entry THEIRS =
      Entry.value(new Version(Parts.TIME, Parts.B), Entry.NEVER, "string", Bytes.ofUtf8("theirs"));

  private final List<Key> inQuestion = new CopyOnWriteArrayList<>();
  private final FailingEngine disk = new FailingEngine();
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<Ask> peers = ACTORS.probe(Ask.class);
  private final ServiceState service = Parts.serving();
  private final Published<Map<PartitionId, Loss>> recovering = new Published<>(Map.of());
  private final Published<AntiEntropyProgress> progress = new Published<>(AntiEntropyProgress.NONE);

  private ActorRef<Object> spawn() {
    return spawn(1 << 20);
  }

  private ActorRef<Object> spawn(long maxBytesPerSecond) {
    return ACTORS
        .spawn(
            Behaviors.transformMessages(
                WireMessage.class,
                AntiEntropy.create(
                    new AntiEntropyWorks(
                        Parts.SELF,
                        Parts.RUN,
                        disk.engine(),
                        replica.ref(),
                        CapturedTransport.to(network),
                        new Published<>(service),
                        new Published<>(Parts.peers(peers.ref(), Map.of())),
                        recovering,
                        inQuestion::add,
                        progress,
                        Runnable::run,
                        16 << 10,
                        new ComparisonSettings(
                            new AntiEntropySettings(
                                Duration.ofDays(1000), Duration.ofMillis(100), 3),
                            Duration.ofDays(1000),
                            maxBytesPerSecond,
                            1 << 20))),
                AntiEntropy::fromWire))
        .unsafeUpcast();
  }

  private void becomeJoint(PartitionId partition) {
    Published<ConfigurationTable> table = Objects.requireNonNull(service.table());
    table.set(
        table
            .get()
            .with(
                new Configuration(
                    partition, Epoch.FIRST, Parts.NODES, List.of(Parts.SELF, Parts.B)),
                true));
  }

  private RootRequest question(Epoch epoch) {
    return new RootRequest(
        new ComparisonHeader(5, 0, Parts.B, Parts.RUN, Parts.SELF, PARTITION, epoch));
  }

  private RefusalReason refusal() {
    return assertInstanceOf(Refused.class, network.receiveMessage().message()).reason();
  }

  /** Has partitions repaired for which the replica has trees at once. */
  private void demand(ActorRef<Object> actor, @Nullable PartitionId only) {
    actor.tell(new AntiEntropy.Repair(only, new CompletableFuture<>()));
    boolean isNoted = false;
    while (true) {
      Replica.Command command = replica.receiveMessage();
      if (command instanceof TreeCommand.Rebuild rebuild) {
        rebuild.replyTo().tell(AntiEntropy.RebuildNoted.INSTANCE);
        isNoted = true;
      } else if (command instanceof TreeCommand.WantPage want) {
        want.replyTo().tell(new AntiEntropy.PageNeeded(null, Set.of(), Map.of()));
        if (isNoted) {
          return;
        }
      }
    }
  }

  /** Answers as the replica does, whose tree is this. */
  private void giveOwnTree() {
    while (true) {
      Replica.Command command = replica.receiveMessage();
      if (command instanceof TreeCommand.WantTree want) {
        want.replyTo().tell(new AntiEntropy.OwnTree(want.answer(), TREE, null));
        return;
      }
      if (command instanceof TreeCommand.WantPage want) {
        want.replyTo().tell(new AntiEntropy.PageNeeded(null, Set.of(), Map.of()));
      }
    }
  }

  private RootRequest asked() {
    return assertInstanceOf(RootRequest.class, network.receiveMessage().message());
  }

  @Test
  void comparesOnDemandWithEveryOtherMemberInTurn() {
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    Set<NodeId> compared = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      RootRequest request = asked();
      assertEquals(PARTITION, request.header().partition());
      compared.add(request.header().to());
      actor.tell(new RootReply(request.header().answeredBy(Parts.RUN), TREE));
      giveOwnTree();
    }
    assertEquals(Set.of(Parts.B, Parts.C), compared);
    replica.awaitAssert(
        () -> {
          assertEquals(2, progress.get().repair().compared());
          assertEquals(2, progress.get().report().comparisons());
          return null;
        });
  }

  /** A question and its answer take many seconds of the low rate, and nothing of the high one. */
  @ParameterizedTest
  @CsvSource({"1, false", "1048576, true"})
  void theNextQuestionWaitsUntilTheRateAllowsIt(long maxBytesPerSecond, boolean isAllowed) {
    ActorRef<Object> actor = spawn(maxBytesPerSecond);
    demand(actor, PARTITION);
    RootRequest request = asked();
    actor.tell(new RootReply(request.header().answeredBy(Parts.RUN), TREE));
    giveOwnTree();
    if (isAllowed) {
      asked();
    } else {
      network.expectNoMessage(SILENCE);
    }
  }

  @Test
  void aQuestionThatIsNotAnsweredIsAskedAgain() {
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    assertEquals(
        asked(),
        assertInstanceOf(
            RootRequest.class, network.receiveMessage(Duration.ofSeconds(20)).message()));
  }

  @Test
  void whoRefusesIsLeftForTheOther() {
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    RootRequest first = asked();
    actor.tell(new Refused(first.header().answeredBy(Parts.RUN), RefusalReason.RECOVERING));
    assertNotEquals(first.header().to(), asked().header().to());
  }

  @Test
  void nothingIsComparedWhileThePartitionIsJoint() {
    becomeJoint(PARTITION);
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    network.expectNoMessage(SILENCE);
    actor.tell(question(Epoch.FIRST));
    assertEquals(RefusalReason.CONFIGURATION_CHANGING, refusal());
  }

  @Test
  void aPartitionThatBecomesJointMeanwhileIsGivenUp() {
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    RootRequest request = asked();
    becomeJoint(PARTITION);
    actor.tell(
        new RootReply(request.header().answeredBy(Parts.RUN), new TreeSummary(8, 100_000, 2)));
    giveOwnTree();
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aReplicaThatLostRecordsIsNoSourceOfTruth() {
    recovering.set(Map.of(PARTITION, new Loss(1, 0)));
    ActorRef<Object> actor = spawn();
    demand(actor, PARTITION);
    network.expectNoMessage(SILENCE);
    actor.tell(question(Epoch.FIRST));
    assertEquals(RefusalReason.RECOVERING, refusal());
  }

  @Test
  void anotherEpochIsRefused() {
    ActorRef<Object> actor = spawn();
    actor.tell(question(Epoch.FIRST.next()));
    assertEquals(RefusalReason.NOT_READY, refusal());
  }

  /** B holds a record that this node lacks, and may have dropped the tombstone of. */
  private Replied fetchedFromB(ActorRef<Object> actor, ReplicaReply written) {
    demand(actor, PARTITION);
    RootRequest first = asked();
    actor.tell(new RootReply(first.header().answeredBy(Parts.RUN), new TreeSummary(8, 1, 0)));
    giveOwnTree();
    RootRequest second = asked(); // once what was in flight has arrived
    actor.tell(new RootReply(second.header().answeredBy(Parts.RUN), new TreeSummary(8, 1, 0)));
    giveOwnTree();
    ListingRequest listing =
        assertInstanceOf(ListingRequest.class, network.receiveMessage().message());
    actor.tell(
        new ListingReply(
            listing.header().answeredBy(Parts.RUN),
            null,
            Bytes.EMPTY,
            List.of(KeyVersion.of(KEY, THEIRS))));
    Ask read = peers.receiveMessage();
    assertEquals(new ReplicaRequest.Read(KEY, Epoch.FIRST), read.request());
    actor.tell(
        new Replied(
            listing.header().to(), read.round(), new ReplicaReply.Copy(THEIRS), Parts.TIME));
    Ask write = written();
    assertEquals(
        new ReplicaRequest.Write(KEY, Epoch.FIRST, THEIRS, WriteOrigin.REPAIR), write.request());
    return new Replied(Parts.SELF, write.round(), written, Parts.TIME);
  }

  private Ask written() {
    while (true) {
      Replica.Command command = replica.receiveMessage();
      if (command instanceof Ask ask) {
        return ask;
      } else if (command instanceof TreeCommand.WantPage want) {
        want.replyTo().tell(new AntiEntropy.PageNeeded(null, Set.of(), Map.of()));
      }
    }
  }

  private AntiEntropyReport reported(long repaired, long comparisons) {
    return replica.awaitAssert(
        () -> {
          AntiEntropyReport report = progress.get().report();
          assertEquals(
              List.of(repaired, comparisons),
              List.of(report.repairedEntries(), report.comparisons()));
          return report;
        });
  }

  @Test
  void whatTheOtherHoldsIsFetchedAndNoMajorityIsAsked() {
    ActorRef<Object> actor = spawn();
    actor.tell(fetchedFromB(actor, new ReplicaReply.Wrote(WriteResult.APPLIED, null)));
    reported(1, 1);
    assertEquals(List.of(), inQuestion);
  }

  @Test
  void whatTheOwnReplicaDoesNotTakeIsGivenToAMajorityAndTheComparisonIsNotComplete() {
    ActorRef<Object> actor = spawn();
    actor.tell(fetchedFromB(actor, ReplicaReply.Refused.of(RefusalReason.IN_QUESTION)));
    asked(); // of the next comparison
    assertEquals(List.of(KEY), inQuestion);
    reported(0, 0);
  }

  @Test
  void whatIsForAnotherNodeIsIgnored() {
    ActorRef<Object> actor = spawn();
    ComparisonHeader header = question(Epoch.FIRST).header();
    AntiEntropyMessage stray =
        new RootRequest(
            new ComparisonHeader(5, 0, Parts.B, Parts.RUN, Parts.C, PARTITION, header.epoch()));
    actor.tell(stray);
    network.expectNoMessage(SILENCE);
  }
}
