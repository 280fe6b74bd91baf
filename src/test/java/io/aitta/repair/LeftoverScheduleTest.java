package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.partition.ConfigurationTable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftoverScheduleTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final PartitionId PARTITION = new PartitionId(0);
  private static final Configuration OF_A_AND_B =
      Configuration.stable(PARTITION, new Epoch(0, 3), List.of(A, B));
  private static final ConfigurationTable TABLE = table(OF_A_AND_B, true);
  private static final long SECOND = 1_000_000_000L;
  private static final long ID = 77;
  private static final Key KEY = Key.of("orders", "first");
  private static final Version VERSION = new Version(HybridTime.ofMillis(500), new NodeId(7));
  private static final KeyVersion RECORD = new KeyVersion(KEY, VERSION, false);
  private static final ReplicaReply TAKEN = new ReplicaReply.Wrote(WriteResult.APPLIED, null);

  private final LeftoverSchedule schedule = scheduleOf(C);

  private static LeftoverSchedule scheduleOf(NodeId self) {
    return new LeftoverSchedule(
        self, Incarnation.of(1, 1), Duration.ofSeconds(5), Duration.ofSeconds(10), 100, 0);
  }

  private static ConfigurationTable table(Configuration configuration, boolean isServed) {
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(configuration))
        .with(configuration, isServed);
  }

  private List<TombstoneMessage> begin() {
    return schedule.begin(PARTITION, OF_A_AND_B, List.of(RECORD), List.of(), ID, 5 * SECOND);
  }

  private List<LeftoverOffer> answer(TombstoneMessage question, int... bits) {
    byte[] bytes = new byte[bits.length];
    for (int i = 0; i < bits.length; i++) {
      bytes[i] = (byte) bits[i];
    }
    return schedule.recordConfirmed(
        new TombstoneMessage.Confirmed(
            question.header().answeredBy(Incarnation.of(1, 2)), Bytes.wrap(bytes)));
  }

  @Test
  void aTurnBeginsAfterAnIntervalAndSeesBothSpaces() {
    assertNull(schedule.next(TABLE, node -> true, 5 * SECOND - 1));
    assertEquals(PARTITION, schedule.next(TABLE, node -> true, 5 * SECOND));
    assertEquals(PARTITION.setAside(), schedule.next(TABLE, node -> true, 5 * SECOND));
    assertNull(schedule.next(TABLE, node -> true, 5 * SECOND));
    assertEquals(PARTITION, schedule.next(TABLE, node -> true, 10 * SECOND), "the next turn");
  }

  @Test
  void aMemberGivesBackOnlyWhatWasSetAside() {
    LeftoverSchedule ofAMember = scheduleOf(A);
    assertEquals(PARTITION.setAside(), ofAMember.next(TABLE, node -> true, 5 * SECOND));
    assertNull(ofAMember.next(TABLE, node -> true, 5 * SECOND));
  }

  @Test
  void nothingGoesBackWhileAMemberIsAway() {
    assertNull(schedule.next(TABLE, node -> !node.equals(B), 5 * SECOND));
  }

  @Test
  void nothingGoesBackWhileTheConfigurationChanges() {
    Configuration joint =
        new Configuration(PARTITION, new Epoch(0, 4), List.of(A, B), List.of(A, C));
    assertNull(scheduleOf(new NodeId(9)).next(table(joint, true), node -> true, 5 * SECOND));
    assertNull(schedule.next(table(OF_A_AND_B, false), node -> true, 5 * SECOND));
  }

  @Test
  void everyMemberIsAskedAndNoOtherPageIsBegunMeanwhile() {
    List<TombstoneMessage> questions = begin();
    assertEquals(
        List.of(A, B), questions.stream().map(question -> question.header().to()).toList());
    assertTrue(schedule.isUnderWay());
    assertNull(schedule.next(TABLE, node -> true, 5 * SECOND));
  }

  @Test
  void whatEveryMemberHoldsIsRemovedAndTheSpaceLookedAtAgain() {
    List<TombstoneMessage> questions = begin();
    assertEquals(List.of(), answer(questions.get(0), 1));
    assertNull(schedule.end(TABLE, 6 * SECOND), "B has not answered");
    assertEquals(List.of(), answer(questions.get(1), 1));
    assertEquals(
        new LeftoverRemoval(OF_A_AND_B, PARTITION, List.of(RECORD), List.of()),
        schedule.end(TABLE, 6 * SECOND));
    assertEquals(PARTITION, schedule.next(TABLE, node -> true, 6 * SECOND));
  }

  @Test
  void whatAMemberLacksIsOfferedAsAForeignEntry() {
    LeftoverOffer offer = answer(begin().get(1), 0).get(0);
    assertEquals(B, offer.member());
    assertEquals(PARTITION, offer.space());
    Entry entry = Entry.tombstone(VERSION);
    assertEquals(WriteOrigin.HINT, offer.write(entry).origin());
    assertEquals(OF_A_AND_B.epoch(), offer.write(entry).epoch());
    assertEquals(entry, offer.write(entry).entry());
  }

  @Test
  void itIsRemovedOnceTheMemberTookItOrDoesNotWantIt() {
    for (ReplicaReply reply : List.of(TAKEN, ReplicaReply.Refused.of(RefusalReason.IN_QUESTION))) {
      List<TombstoneMessage> questions = begin();
      answer(questions.get(0), 1);
      LeftoverOffer offer = answer(questions.get(1), 0).get(0);
      assertNull(schedule.end(TABLE, 6 * SECOND));
      schedule.recordReplied(offer.round(), reply);
      assertNotNull(schedule.end(TABLE, 6 * SECOND), reply.toString());
    }
  }

  @Test
  void itStaysIfTheMemberCouldNotTakeIt() {
    List<TombstoneMessage> questions = begin();
    answer(questions.get(0), 1);
    LeftoverOffer offer = answer(questions.get(1), 0).get(0);
    schedule.recordReplied(offer.round(), ReplicaReply.Refused.of(RefusalReason.STORAGE_FULL));
    assertNull(schedule.end(TABLE, 6 * SECOND));
    assertNull(schedule.end(TABLE, 15 * SECOND), "its time is over");
    assertFalse(schedule.isUnderWay());
  }

  @Test
  void aReplyToAnOfferOfAnotherPageSettlesNothing() {
    List<TombstoneMessage> earlier = begin();
    LeftoverOffer late = answer(earlier.get(1), 0).get(0);
    assertNull(schedule.end(TABLE, 15 * SECOND));
    List<TombstoneMessage> questions = begin();
    answer(questions.get(0), 1);
    answer(questions.get(1), 0);
    schedule.recordReplied(late.round(), TAKEN);
    assertNull(schedule.end(TABLE, 6 * SECOND));
  }

  @Test
  void anAnswerToAnotherQuestionSaysNothing() {
    TombstoneMessage earlier =
        schedule.begin(PARTITION, OF_A_AND_B, List.of(RECORD), List.of(), ID - 1, 0).get(1);
    begin();
    assertEquals(List.of(), answer(earlier, 0));
  }

  @Test
  void thePageEndsUnsettledIfAMemberSaysNothing() {
    List<TombstoneMessage> questions = begin();
    answer(questions.get(0), 1);
    answer(questions.get(1));
    assertNull(schedule.end(TABLE, 6 * SECOND));
    assertFalse(schedule.isUnderWay());
  }

  @Test
  void nothingIsRemovedByAConfigurationOfBefore() {
    List<TombstoneMessage> questions = begin();
    questions.forEach(question -> answer(question, 1));
    Configuration next = Configuration.stable(PARTITION, new Epoch(0, 5), List.of(A, B));
    assertNull(schedule.end(table(next, true), 6 * SECOND));
    assertFalse(schedule.isUnderWay());
  }
}
