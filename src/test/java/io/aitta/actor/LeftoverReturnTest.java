package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.LeftoverRemoval;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** This node left a partition, of which B and C are the members now, and still holds records. */
final class LeftoverReturnTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Epoch EPOCH = Epoch.FIRST.next();
  private static final Configuration LEFT = configuration(EPOCH, Parts.B, Parts.C);
  private static final Key KEY = Reaping.key(1);
  private static final Entry VALUE = Reaping.value(100);
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);

  /** So long that no tombstone is looked for. */
  private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

  private final Reaping around = new Reaping(ACTORS);

  private static Configuration configuration(Epoch epoch, NodeId... members) {
    return Configuration.stable(PARTITION, epoch, List.of(members));
  }

  private ActorRef<Object> spawn() {
    around.store(PARTITION, KEY, VALUE);
    around.become(LEFT);
    return around.spawn(LONGEST_REQUEST);
  }

  private List<TombstoneMessage.Asked> questions() {
    return List.of(around.asked(), around.asked());
  }

  private static void reply(Ask ask, NodeId from, ReplicaReply reply) {
    ask.replyTo().tell(new Replied(from, ask.round(), reply, Parts.TIME));
  }

  private static ReplicaRequest offer(Entry entry) {
    return new ReplicaRequest.Write(KEY, EPOCH, entry, WriteOrigin.HINT);
  }

  private LeftoverRemoval removed() {
    return around.replica.expectMessageClass(Replica.RemoveLeftovers.class).removal();
  }

  private void assertNothingIsRemoved() {
    around.replica.expectNoMessage(Reaping.SILENCE);
  }

  @Test
  void whatEveryMemberHoldsIsRemovedAndOfferedToNobody() {
    ActorRef<Object> reaper = spawn();
    Set<NodeId> members = new HashSet<>();
    for (TombstoneMessage.Asked asked : questions()) {
      assertEquals(List.of(KeyVersion.of(KEY, VALUE)), asked.dead());
      assertEquals(EPOCH, asked.header().epoch());
      members.add(asked.header().to());
      reaper.tell(Reaping.confirmed(asked, 0));
    }
    assertEquals(Set.of(Parts.B, Parts.C), members);
    LeftoverRemoval removed = removed();
    assertEquals(LEFT, removed.configuration());
    assertEquals(PARTITION, removed.space());
    assertEquals(List.of(KeyVersion.of(KEY, VALUE)), removed.records());
    assertEquals(List.of(), removed.corrupt());
    around.peers.expectNoMessage(Duration.ZERO);
  }

  /** One of them lacks it; the answers to both questions are here. */
  private Ask offered(ActorRef<Object> reaper) {
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    reaper.tell(Reaping.confirmed(questions.get(1)));
    Ask ask = around.peers.receiveMessage();
    assertEquals(offer(VALUE), ask.request());
    assertEquals(Parts.RUN, ask.expected());
    return ask;
  }

  @Test
  void whatAMemberLacksIsRemovedOnceItTookIt() {
    Ask ask = offered(spawn());
    assertNothingIsRemoved();
    reply(ask, Parts.C, APPLIED);
    removed();
  }

  @Test
  void whatAMemberDoesNotTakeSinceItMayHaveBeenDeletedIsRemoved() {
    reply(offered(spawn()), Parts.C, ReplicaReply.Refused.of(RefusalReason.IN_QUESTION));
    removed();
  }

  @Test
  void whatAMemberRefusesForAnotherReasonStays() {
    reply(offered(spawn()), Parts.C, ReplicaReply.Refused.of(RefusalReason.STORAGE_FAILED));
    assertNothingIsRemoved();
  }

  @Test
  void theReplyToAnEarlierRunsOfferSettlesNothing() {
    ActorRef<Object> earlier = spawn();
    Ask before = offered(earlier);
    ACTORS.stop(earlier);
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    Ask now = offered(reaper);
    assertNotEquals(before.round(), now.round());
    reaper.tell(new Replied(Parts.C, before.round(), APPLIED, Parts.TIME));
    assertNothingIsRemoved();
    reply(now, Parts.C, APPLIED);
    removed();
  }

  @Test
  void aConfirmationOfAnEarlierRunCountsForNothing() {
    ActorRef<Object> earlier = spawn();
    List<TombstoneMessage.Asked> before = questions();
    ACTORS.stop(earlier);
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    assertNotEquals(before.get(0).header().id(), questions().get(0).header().id());
    before.forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    assertNothingIsRemoved();
  }

  @Test
  void whileAMemberIsSilentNothingIsRemovedAndTheMembersAreAskedAnewInTheEnd() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    TombstoneMessage.Asked anew = around.asked();
    assertNotEquals(questions.get(0).header().id(), anew.header().id());
    around.asked();
    reaper.tell(Reaping.confirmed(questions.get(1), 0)); // too late
    assertNothingIsRemoved();
  }

  @Test
  void aMemberThatSaysNothingEndsThePageAndTheMembersAreAskedAnew() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.refused(questions.get(0)));
    assertNotEquals(questions.get(0).header().id(), around.asked().header().id());
    around.asked();
    assertNothingIsRemoved();
  }

  @Test
  void nothingIsRemovedByAConfigurationThatChangedInTheMiddle() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    around.become(configuration(EPOCH.next(), Parts.SELF, Parts.B));
    reaper.tell(Reaping.confirmed(questions.get(1), 0));
    assertNothingIsRemoved();
    around.network.expectNoMessage(Duration.ZERO); // it is a member again
  }

  @Test
  void nobodyIsAskedWhileTheConfigurationIsJoint() {
    around.store(PARTITION, KEY, VALUE);
    around.become(new Configuration(PARTITION, EPOCH, List.of(Parts.B, Parts.C), List.of(Parts.B)));
    around.spawn(LONGEST_REQUEST);
    around.network.expectNoMessage(Reaping.SILENCE);
  }

  @Test
  void nobodyIsAskedWhileAMemberIsDead() {
    around.states.put(Parts.C, PeerState.DEAD);
    spawn();
    around.network.expectNoMessage(Reaping.SILENCE);
  }

  @Test
  void aDiskThatFailsToBeReadHoldsNothingUpForGood() {
    around.disk.failReads(StorageException.Kind.FAILED);
    spawn();
    around.network.awaitAssert(
        () -> {
          assertTrue(around.disk.failures() > 0);
          return null;
        });
    around.network.expectNoMessage(Reaping.SILENCE);
    around.disk.mend();
    around.asked();
  }

  @Test
  void whatADiskFailsToOfferStays() {
    ActorRef<Object> reaper = spawn();
    List<TombstoneMessage.Asked> questions = questions();
    around.disk.failReads(StorageException.Kind.FAILED);
    reaper.tell(Reaping.confirmed(questions.get(0), 0));
    reaper.tell(Reaping.confirmed(questions.get(1)));
    around.peers.expectNoMessage(Reaping.SILENCE);
    around.replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aPageIsBoundedAndTheNextOneFollowsWhenItIsRemoved() {
    for (int i = 0; i < 250; i++) {
      around.store(PARTITION, Reaping.key(i), VALUE);
    }
    around.become(LEFT);
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    int[] all = IntStream.range(0, 200).toArray();
    for (TombstoneMessage.Asked asked : questions()) {
      assertEquals(200, asked.dead().size());
      reaper.tell(Reaping.confirmed(asked, all));
    }
    assertEquals(200, removed().records().size());
    around.asked();
  }

  /** They were stored before this node came back to the partition: it offers them to itself too. */
  @Test
  void whatWasSetAsideIsOfferedToEveryMemberAndRemovedFromWhereItIs() {
    around.store(PARTITION.setAside(), KEY, VALUE);
    ActorRef<Object> reaper = around.spawn(LONGEST_REQUEST);
    List<TombstoneMessage.Asked> questions = questions();
    Replica.Reap own = around.reap();
    TombstoneMessage.Asked ownQuestion =
        assertInstanceOf(TombstoneMessage.Asked.class, own.question());
    assertEquals(PARTITION, ownQuestion.header().partition());
    questions.forEach(asked -> reaper.tell(Reaping.confirmed(asked, 0)));
    own.replyTo().tell(new TombstoneReaper.Answered(Reaping.confirmed(ownQuestion)));
    Ask offered = around.replica.expectMessageClass(Ask.class);
    assertEquals(
        new ReplicaRequest.Write(KEY, Epoch.FIRST, VALUE, WriteOrigin.HINT), offered.request());
    reply(offered, Parts.SELF, APPLIED);
    assertEquals(PARTITION.setAside(), removed().space());
  }

  @Test
  void whoHasStoppedOffersNothing() {
    ActorRef<Object> reaper = spawn();
    questions();
    ACTORS.stop(reaper);
    around.network.expectNoMessage(Reaping.SILENCE);
  }
}
