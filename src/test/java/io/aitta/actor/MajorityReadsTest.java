package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whether a record is alive that a replica did not take, a majority of {SELF, B, C} is asked
 * (protocol rule 8). Each says how often it dropped tombstones, a number of its own.
 */
final class MajorityReadsTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(200);
  private static final Key KEY = Key.of("s", "k");
  private static final Entry OLDER = value(100);
  private static final Entry NEWER = value(200);
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  private static final ReplicaReply IN_QUESTION =
      ReplicaReply.Refused.of(RefusalReason.IN_QUESTION);
  private static final ReplicaReply NOT_READY = ReplicaReply.Refused.of(RefusalReason.NOT_READY);

  private final TestProbe<Ask> replicas = ACTORS.probe(Ask.class);
  private final RequestLimit limit = new RequestLimit(1);
  private final NodeContext node =
      Parts.node(
          replicas.ref(),
          limit,
          Parts.clock(),
          Parts.serving(),
          ACTORS.probe(HintedHandoff.Command.class).ref());

  private static Entry value(long millis) {
    return Entry.value(
        new Version(HybridTime.ofMillis(millis), Parts.B),
        Entry.NEVER,
        "string",
        Bytes.ofUtf8("v" + millis));
  }

  private void begin() {
    new MajorityReads(node, ACTORS.spawn(RequestRouter.create(node))).begin(KEY);
  }

  private static void reply(Ask ask, NodeId from, ReplicaReply reply) {
    ask.replyTo().tell(new Replied(from, ask.round(), reply, Parts.TIME));
  }

  private List<Ask> reads() {
    List<Ask> reads = replicas.receiveSeveralMessages(3);
    for (Ask read : reads) {
      assertEquals(new ReplicaRequest.Read(KEY, Epoch.FIRST), read.request());
    }
    return reads;
  }

  /** The repair of the one that named this number of drops. */
  private Ask repair(Entry entry, long drops) {
    Ask ask = replicas.receiveMessage();
    assertEquals(
        new ReplicaRequest.Write(KEY, Epoch.FIRST, entry, WriteOrigin.REPAIR, drops),
        ask.request());
    return ask;
  }

  private void assertPlaceGivenBack() {
    replicas.awaitAssert(
        () -> {
          assertEquals(0, limit.taken());
          return null;
        });
  }

  @Test
  void oneHolderAmongAMajorityIsEnoughToBringARecordToThoseThatLackIt() {
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(NEWER, 3));
    reply(read, Parts.B, new ReplicaReply.Copy(null, 4));
    reply(repair(NEWER, 4), Parts.B, APPLIED);
    reply(read, Parts.C, new ReplicaReply.Copy(null, 5));
    repair(NEWER, 5);
    assertPlaceGivenBack();
  }

  @Test
  void theNewestAmongAMajorityIsAppliedAndNotWhatWasInQuestion() {
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(OLDER, 3));
    reply(read, Parts.B, new ReplicaReply.Copy(NEWER, 4));
    repair(NEWER, 3);
  }

  @Test
  void aTombstoneThatIsTheNewestAmongAMajorityIsAppliedToo() {
    Entry tombstone = Entry.tombstone(NEWER.version());
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(OLDER, 3));
    reply(read, Parts.B, new ReplicaReply.Copy(tombstone, 4));
    repair(tombstone, 3);
  }

  /** It dropped something since it said that it holds nothing: perhaps this key's tombstone. */
  @Test
  void aReplicaThatDroppedSomethingSinceItWasAskedRefusesAndAllAreAskedAnew() {
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(NEWER, 3));
    reply(read, Parts.B, new ReplicaReply.Copy(null, 4));
    reply(repair(NEWER, 4), Parts.B, IN_QUESTION);
    Ask again = reads().get(0);
    reply(read, Parts.C, new ReplicaReply.Copy(null, 5)); // of the question before
    replicas.expectNoMessage(SILENCE);
    reply(again, Parts.SELF, new ReplicaReply.Copy(null, 6));
    reply(again, Parts.B, new ReplicaReply.Copy(null, 7));
    reply(again, Parts.C, new ReplicaReply.Copy(null, 8));
    replicas.expectNoMessage(SILENCE);
    assertPlaceGivenBack();
  }

  @Test
  void whatIsAskedAnewIsRepairedByTheNewNumberOfDrops() {
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(NEWER, 3));
    reply(read, Parts.B, new ReplicaReply.Copy(null, 4));
    reply(repair(NEWER, 4), Parts.B, IN_QUESTION);
    Ask again = reads().get(0);
    reply(again, Parts.SELF, new ReplicaReply.Copy(NEWER, 3));
    reply(again, Parts.B, new ReplicaReply.Copy(null, 5));
    repair(NEWER, 5);
  }

  @Test
  void withoutAMajorityNothingIsAppliedAnywhere() {
    begin();
    Ask read = reads().get(0);
    reply(read, Parts.SELF, new ReplicaReply.Copy(NEWER, 3));
    replicas.expectNoMessage(SILENCE);
    reply(read, Parts.B, NOT_READY);
    reply(read, Parts.C, NOT_READY);
    replicas.expectNoMessage(SILENCE);
    assertPlaceGivenBack();
  }

  @Test
  void whatAMajorityDoesNotHoldIsAppliedNowhere() {
    begin();
    Ask read = reads().get(0);
    for (NodeId each : Parts.NODES) {
      reply(read, each, new ReplicaReply.Copy(null, 3));
    }
    replicas.expectNoMessage(SILENCE);
    assertPlaceGivenBack();
  }

  @Test
  void noReadBeginsWhileNoPlaceIsFree() {
    TestProbe<RequestRouter.Command> router = ACTORS.probe(RequestRouter.Command.class);
    MajorityReads reads = new MajorityReads(node, router.ref());
    reads.begin(KEY);
    GetRequest get = assertInstanceOf(GetRequest.class, router.receiveMessage());
    assertEquals(KEY, get.key());
    assertEquals(Consistency.QUORUM, get.consistency());
    reads.begin(KEY);
    router.expectNoMessage(SILENCE);
    assertEquals(1, limit.taken());
  }

  @Test
  void aReadThatNobodyHasTakenUpGivesItsPlaceBackWhenTheNodeStops() {
    ActorRef<RequestRouter.Command> router = ACTORS.probe(RequestRouter.Command.class).ref();
    new MajorityReads(node, router).begin(KEY);
    assertEquals(1, limit.taken());
    node.waiting().close();
    assertEquals(0, limit.taken());
    assertTrue(limit.tryTake());
  }
}
