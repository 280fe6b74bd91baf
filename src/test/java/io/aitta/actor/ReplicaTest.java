package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.ReplicaTrees;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Horizons;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicaTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final int MAX_FRAME_BYTES = 100_000;

  private final Horizons horizons = new Horizons();
  private final FailingEngine disk = new FailingEngine();
  private final StorageEngine engine = disk.engine();
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final TestProbe<Replied> coordinator = ACTORS.probe(Replied.class);
  private final TestProbe<Ask> peers = ACTORS.probe(Ask.class);
  private final Published<ServiceState> service = new Published<>(Parts.serving());
  private final ActorRef<Replica.Command> replica =
      ACTORS
          .spawn(
              Behaviors.transformMessages(
                  WireMessage.class,
                  Replica.create(
                      new ReplicaWorks(
                          Parts.SELF,
                          Parts.RUN,
                          engine,
                          new ReplicaState(
                              engine,
                              new EntryLimits(8, 50_000),
                              new AppliedVersions(100, 1L << 60),
                              Map.of(),
                              Map.of(),
                              horizons),
                          new TreeKeeper(
                              Parts.SELF,
                              Parts.RUN,
                              new ReplicaTrees(Long.MAX_VALUE),
                              AntiEntropy.limits(MAX_FRAME_BYTES)),
                          new TombstoneAnswers(
                              Parts.RUN, new DeadRecords(Parts.SELF, engine, horizons, 0)),
                          Parts.clock(),
                          Duration.ofSeconds(10),
                          CapturedTransport.to(network),
                          service,
                          new Published<>(Parts.peers(peers.ref(), Map.of())),
                          new Published<>(Map.of()),
                          new Published<>(Map.of()),
                          MAX_FRAME_BYTES)),
                  Replica::fromWire))
          .unsafeUpcast();

  private static Entry value(long millis, int bytes) {
    return Entry.value(
        new Version(HybridTime.ofMillis(millis), Parts.B),
        Entry.NEVER,
        "bytes",
        Bytes.wrap(new byte[bytes]));
  }

  private static ReplicaRequest write(String key, Entry entry) {
    return new ReplicaRequest.Write(Key.of("s", key), Epoch.FIRST, entry, WriteOrigin.PUT);
  }

  private static ReplicaRequest read(String key) {
    return new ReplicaRequest.Read(Key.of("s", key), Epoch.FIRST);
  }

  private static RequestFrame frame(long sequence, int remainingMillis, ReplicaRequest... all) {
    return frame(Parts.CLUSTER, Parts.B, Parts.RUN, Parts.RUN, sequence, remainingMillis, all);
  }

  private static RequestFrame frame(
      ClusterId cluster,
      NodeId from,
      Incarnation fromRun,
      Incarnation toRun,
      long sequence,
      int remainingMillis,
      ReplicaRequest... all) {
    List<RequestFrame.Item> items = new ArrayList<>();
    for (ReplicaRequest request : all) {
      items.add(new RequestFrame.Item(items.size(), remainingMillis, request));
    }
    return new RequestFrame(cluster, from, fromRun, Parts.SELF, toRun, sequence, Parts.TIME, items);
  }

  private void arrives(RequestFrame frame) {
    ActorRef<Object> wire = replica.unsafeUpcast();
    wire.tell(frame);
  }

  private ReplyFrame answer() {
    CapturedTransport.Sent sent = network.receiveMessage();
    assertEquals("at-2", sent.base());
    return assertInstanceOf(ReplyFrame.class, sent.message());
  }

  private void expectRefused(RefusalReason reason) {
    assertEquals(ReplicaReply.Refused.of(reason), answer().replies().get(0).reply());
  }

  @Test
  void aFrameIsAppliedAsOneBatchAndAnsweredInOneFrame() throws StorageException {
    arrives(frame(1, 1000, write("a", value(500, 1)), write("b", value(500, 1)), read("c")));
    ReplyFrame answer = answer();
    assertEquals(1, answer.sequence());
    assertEquals(
        List.of(
            new ReplicaReply.Wrote(WriteResult.APPLIED, null),
            new ReplicaReply.Wrote(WriteResult.APPLIED, null),
            new ReplicaReply.Copy(null)),
        answer.replies().stream().map(ReplyFrame.Item::reply).toList());
    assertEquals(2, engine.statistics().values());
  }

  @Test
  void aFrameIsTakenUpOnceAndOneThatWasOvertakenToo() {
    arrives(frame(5, 1000, write("a", value(500, 1))));
    answer();
    arrives(frame(5, 1000, write("a", value(600, 1))));
    network.expectNoMessage(SILENCE);
    arrives(frame(4, 1000, write("b", value(700, 1))));
    assertEquals(4, answer().sequence());
    arrives(frame(4, 1000, write("b", value(800, 1))));
    network.expectNoMessage(SILENCE);
    arrives(frame(6, 1000, read("a"), read("b")));
    assertEquals(
        List.of(new ReplicaReply.Copy(value(500, 1)), new ReplicaReply.Copy(value(700, 1))),
        answer().replies().stream().map(ReplyFrame.Item::reply).toList());
  }

  @Test
  void aFrameForAnotherRunIsRefusedWithAReasonThatDoesNotDenyIt() {
    arrives(
        frame(
            Parts.CLUSTER,
            Parts.B,
            Parts.RUN,
            Incarnation.of(9, 9),
            1,
            1000,
            write("a", value(500, 1))));
    expectRefused(RefusalReason.WRONG_INCARNATION);
    assertEquals(0, engine.statistics().values());
  }

  @Test
  void aFrameOfAnotherClusterIsRefused() {
    ClusterId other = new ClusterId(new UUID(8, 8));
    arrives(frame(other, Parts.B, Parts.RUN, Parts.RUN, 1, 1000, write("a", value(500, 1))));
    expectRefused(RefusalReason.NOT_READY);
    assertEquals(0, engine.statistics().values());
  }

  @Test
  void aFrameThatComesBeforeThisNodeServesIsRefused() {
    service.set(ServiceState.starting("waiting"));
    arrives(frame(1, 1000, write("a", value(500, 1))));
    expectRefused(RefusalReason.NOT_READY);
  }

  @Test
  void aFrameThatWasRefusedIsNeverTakenUpThoughADuplicateComesOnceThisNodeServes() {
    service.set(ServiceState.starting("waiting"));
    RequestFrame refused = frame(1, 1000, write("a", value(500, 1)));
    arrives(refused);
    expectRefused(RefusalReason.NOT_READY);
    service.set(Parts.serving());
    arrives(refused);
    arrives(frame(2, 1000, read("a")));
    ReplyFrame answer = answer();
    assertEquals(2, answer.sequence());
    assertEquals(new ReplicaReply.Copy(null), answer.replies().get(0).reply());
    assertEquals(0, engine.statistics().values());
  }

  @Test
  void framesOfStrangersAndForOthersAreDropped() {
    arrives(frame(Parts.CLUSTER, new NodeId(99), Parts.RUN, Parts.RUN, 1, 1000, read("a")));
    arrives(
        new RequestFrame(
            Parts.CLUSTER,
            Parts.B,
            Parts.RUN,
            Parts.C,
            Parts.RUN,
            1,
            Parts.TIME,
            List.of(new RequestFrame.Item(1, 1000, read("a")))));
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aRequestWhoseTimeIsOverIsNotCarriedOut() {
    arrives(frame(1, 0, write("a", value(500, 1))));
    expectRefused(RefusalReason.EXPIRED);
    arrives(frame(2, Integer.MIN_VALUE, write("a", value(500, 1))));
    expectRefused(RefusalReason.EXPIRED);
    assertEquals(0, engine.statistics().values());
  }

  /** Ten values that were asked for in one small frame are more than the wire takes at once. */
  @Test
  void manyBytesThatWereFoundGoInSeveralFramesOfTheSameSequence() {
    ReplicaRequest[] reads =
        IntStream.range(0, 10).mapToObj(i -> read("k" + i)).toArray(ReplicaRequest[]::new);
    for (int i = 0; i < 10; i++) {
      arrives(frame(1 + i, 1000, write("k" + i, value(500, 40_000))));
      answer();
    }
    arrives(frame(100, 1000, reads));
    List<Long> answered = new ArrayList<>();
    while (answered.size() < 10) {
      ReplyFrame answer = answer();
      assertEquals(100, answer.sequence());
      assertTrue(WireSize.of(answer) <= MAX_FRAME_BYTES + WireSize.FRAME_HEADER);
      answer.replies().forEach(item -> answered.add(item.id()));
    }
    assertEquals(IntStream.range(0, 10).mapToObj(Long::valueOf).toList(), answered);
    network.expectNoMessage(SILENCE);
  }

  /** More than one batch may find: 300 times 60 kB. */
  @Test
  void readsThatFindMoreThanABatchMayAreAnsweredByTheNextOnes() {
    arrives(
        frame(
            1,
            1000,
            new ReplicaRequest.Write(
                Key.of("s", "a"), Epoch.FIRST, value(500, 60_000), WriteOrigin.REPAIR)));
    answer();
    ReplicaRequest[] all = Collections.nCopies(301, read("a")).toArray(ReplicaRequest[]::new);
    all[300] = write("b", value(500, 1));
    arrives(frame(2, 20_000, all));
    List<Long> answered = new ArrayList<>();
    while (answered.size() < all.length) {
      ReplyFrame answer = answer();
      assertEquals(2, answer.sequence());
      answer.replies().forEach(item -> answered.add(item.id()));
    }
    assertEquals(LongStream.range(0, 301).boxed().toList(), answered);
    network.expectNoMessage(SILENCE);
  }

  @Test
  void aFrameOfNothingIsAnsweredWithNothing() {
    arrives(frame(1, 1000));
    assertEquals(List.of(), answer().replies());
  }

  @Test
  void aLocalRequestIsAnsweredOnceAndRefusedForTheSameReasons() {
    long soon = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    replica.tell(new Ask(write("a", value(500, 1)), Parts.RUN, 7, soon, coordinator.ref()));
    Replied replied = coordinator.receiveMessage();
    assertEquals(List.of(Parts.SELF, 7), List.of(replied.node(), replied.round()));
    assertEquals(new ReplicaReply.Wrote(WriteResult.APPLIED, null), replied.reply());

    replica.tell(new Ask(read("a"), Incarnation.of(9, 9), 8, soon, coordinator.ref()));
    expectLocal(RefusalReason.WRONG_INCARNATION);
    replica.tell(new Ask(read("a"), Parts.RUN, 9, System.nanoTime() - 1, coordinator.ref()));
    expectLocal(RefusalReason.EXPIRED);
    service.set(ServiceState.starting("waiting"));
    replica.tell(new Ask(read("a"), Parts.RUN, 10, soon, coordinator.ref()));
    expectLocal(RefusalReason.NOT_READY);
    coordinator.expectNoMessage(SILENCE);
  }

  private void expectLocal(RefusalReason reason) {
    assertEquals(ReplicaReply.Refused.of(reason), coordinator.receiveMessage().reply());
  }

  @Test
  void aHintIsKeptUnlessANewerOneIsThereAndDroppedUnlessANewerOneIsThere() throws StorageException {
    TestProbe<Replica.HintStored> stored = ACTORS.probe(Replica.HintStored.class);
    TestProbe<Replica.HintDropped> dropped = ACTORS.probe(Replica.HintDropped.class);
    Key key = Key.of("s", "k");
    Entry older = value(500, 1);
    Entry newer = value(600, 1);
    replica.tell(new Replica.KeepHint(Parts.C, key, older, stored.ref()));
    assertEquals(
        new Replica.HintStored(Parts.C, key, older, true, true, null), stored.receiveMessage());
    replica.tell(new Replica.KeepHint(Parts.C, key, newer, stored.ref()));
    assertEquals(
        new Replica.HintStored(Parts.C, key, newer, true, true, older), stored.receiveMessage());
    replica.tell(new Replica.KeepHint(Parts.C, key, older, stored.ref()));
    assertEquals(
        new Replica.HintStored(Parts.C, key, older, true, false, null), stored.receiveMessage());

    replica.tell(new Replica.DropHint(Parts.C, key, older.version(), dropped.ref()));
    dropped.expectNoMessage(SILENCE);
    assertEquals(newer, engine.readHint(Parts.C, key));
    replica.tell(new Replica.DropHint(Parts.C, key, newer.version(), dropped.ref()));
    assertEquals(new Replica.HintDropped(Parts.C, key, newer), dropped.receiveMessage());
    assertNull(engine.readHint(Parts.C, key));
  }

  @Test
  void metadataIsStoredBeforeItIsSaidToBe() throws StorageException {
    TestProbe<Replica.MetadataSaved> saved = ACTORS.probe(Replica.MetadataSaved.class);
    Mutation.PutMetadata metadata = new Mutation.PutMetadata("test", Bytes.ofUtf8("content"));
    replica.tell(new Replica.SaveMetadata(metadata, saved.ref()));
    assertEquals(new Replica.MetadataSaved(metadata, null), saved.receiveMessage());
    assertNotNull(engine.readMetadata("test"));
  }

  @ParameterizedTest
  @CsvSource({"FULL, STORAGE_FULL", "FAILED, STORAGE_FAILED"})
  void writesThatCannotBeStoredAreRefusedAndReadsGoOn(
      StorageException.Kind kind, RefusalReason reason) {
    arrives(frame(1, 1000, write("a", value(500, 1))));
    answer();
    disk.fail(kind);
    arrives(frame(2, 1000, write("a", value(600, 1)), read("a"), write("b", value(600, 1))));
    assertEquals(
        List.of(
            ReplicaReply.Refused.of(reason),
            new ReplicaReply.Copy(value(500, 1)),
            ReplicaReply.Refused.of(reason)),
        answer().replies().stream().map(ReplyFrame.Item::reply).toList());
    disk.mend();
    arrives(frame(3, 1000, write("a", value(600, 1))));
    assertEquals(
        new ReplicaReply.Wrote(WriteResult.APPLIED, null), answer().replies().get(0).reply());
  }

  @Test
  void metadataThatCannotBeStoredIsSaidNotToBe() throws StorageException {
    TestProbe<Replica.MetadataSaved> saved = ACTORS.probe(Replica.MetadataSaved.class);
    Mutation.PutMetadata metadata = new Mutation.PutMetadata("test", Bytes.ofUtf8("content"));
    disk.fail(StorageException.Kind.FULL);
    replica.tell(new Replica.SaveMetadata(metadata, saved.ref()));
    Replica.MetadataSaved outcome = saved.receiveMessage();
    assertEquals(metadata, outcome.metadata());
    assertEquals(StorageException.Kind.FULL, Objects.requireNonNull(outcome.failure()).kind());
    assertNull(engine.readMetadata("test"));
    disk.mend();
    replica.tell(new Replica.SaveMetadata(metadata, saved.ref()));
    assertEquals(new Replica.MetadataSaved(metadata, null), saved.receiveMessage());
  }

  @Test
  void aHintThatCannotBeStoredIsNotKeptAndOneThatCannotBeDroppedStays() throws StorageException {
    TestProbe<Replica.HintStored> stored = ACTORS.probe(Replica.HintStored.class);
    TestProbe<Replica.HintDropped> dropped = ACTORS.probe(Replica.HintDropped.class);
    Key key = Key.of("s", "k");
    Entry entry = value(500, 1);
    disk.fail(StorageException.Kind.FAILED);
    replica.tell(new Replica.KeepHint(Parts.C, key, entry, stored.ref()));
    assertEquals(
        new Replica.HintStored(Parts.C, key, entry, false, false, null), stored.receiveMessage());
    disk.mend();
    replica.tell(new Replica.KeepHint(Parts.C, key, entry, stored.ref()));
    stored.receiveMessage();
    disk.fail(StorageException.Kind.FAILED);
    replica.tell(new Replica.DropHint(Parts.C, key, entry.version(), dropped.ref()));
    dropped.expectNoMessage(SILENCE);
    assertEquals(entry, engine.readHint(Parts.C, key));
  }

  @Test
  void aPutAboveTheBoundsOfThisNodeIsRefusedWhoeverSentIt() {
    arrives(frame(1, 1000, write("a", value(500, 50_001)), write("123456789", value(500, 1))));
    assertEquals(
        List.of(
            ReplicaReply.Refused.of(RefusalReason.VALUE_TOO_LARGE),
            ReplicaReply.Refused.of(RefusalReason.KEY_TOO_LARGE)),
        answer().replies().stream().map(ReplyFrame.Item::reply).toList());
    assertEquals(0, engine.statistics().values());
  }
}
