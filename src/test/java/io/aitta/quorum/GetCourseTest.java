package io.aitta.quorum;

import static io.aitta.quorum.Replicas.A;
import static io.aitta.quorum.Replicas.ABC;
import static io.aitta.quorum.Replicas.B;
import static io.aitta.quorum.Replicas.C;
import static io.aitta.quorum.Replicas.D;
import static io.aitta.quorum.Replicas.E;
import static io.aitta.quorum.Replicas.KEY;
import static io.aitta.quorum.Replicas.applied;
import static io.aitta.quorum.Replicas.copy;
import static io.aitta.quorum.Replicas.expiring;
import static io.aitta.quorum.Replicas.joint;
import static io.aitta.quorum.Replicas.nodes;
import static io.aitta.quorum.Replicas.refused;
import static io.aitta.quorum.Replicas.stable;
import static io.aitta.quorum.Replicas.staleEpoch;
import static io.aitta.quorum.Replicas.superseded;
import static io.aitta.quorum.Replicas.time;
import static io.aitta.quorum.Replicas.tombstone;
import static io.aitta.quorum.Replicas.value;
import static io.aitta.quorum.Replicas.version;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounds count from 1 with the first reads, and rise with every repair. */
final class GetCourseTest {
  private static final HybridTime NOW = time(1_000);
  private static final Entry OLD = value(100);
  private static final Entry NEW = value(200);
  private static final Configuration FIVE = stable(1, A, B, C, D, E);

  @Test
  void atOneTheLocalReplicaIsAskedFirstAndGetsAHeadStart() {
    GetStep step = course(Consistency.ONE, ABC, B).begin();
    assertEquals(List.of(new Send(B, 1, new ReplicaRequest.Read(KEY, ABC.epoch()))), step.sends());
    assertTrue(step.startsHeadStart());
    assertFalse(step.isOver());
  }

  @Test
  void atOneTheLocalCopyIsTheAnswerAndNobodyElseIsAsked() {
    GetCourse course = course(Consistency.ONE, ABC, B);
    course.begin();
    GetStep step = reply(course, B, copy(OLD));
    assertEquals(new GetOutcome.Found(OLD, 1), step.answer());
    assertTrue(step.isOver());
    assertEquals(List.of(), step.sends());
    assertSame(GetStep.NOTHING, course.headStartOver());
    assertSame(GetStep.NOTHING, course.deadlineReached());
  }

  @Test
  void atOneALoneReplicaNeedsNoHeadStart() {
    assertFalse(course(Consistency.ONE, stable(1, A), A).begin().startsHeadStart());
  }

  @Test
  void atOneTheOthersAreAskedOnceTheHeadStartIsOver() {
    GetCourse course = course(Consistency.ONE, ABC, B);
    course.begin();
    assertEquals(List.of(A, C), nodes(course.headStartOver().sends()));
    assertSame(GetStep.NOTHING, course.headStartOver(), "each is asked once");
    GetStep step = reply(course, C, copy(OLD));
    assertEquals(new GetOutcome.Found(OLD, 1), step.answer());
    assertFalse(step.isOver(), "the others are still collected");
    assertSame(GetStep.NOTHING, course.headStartOver());
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void atOneAllAreAskedAtOnceIfTheLocalReplicaIsDeadOrThereIsNone(boolean isDead, boolean isNone) {
    GetCourse course =
        isNone
            ? course(Consistency.ONE, ABC, E)
            : new GetCourse(plan(Consistency.ONE, ABC, A, NOW, A));
    GetStep step = course.begin();
    assertEquals(isDead ? List.of(B, C) : List.of(A, B, C), nodes(step.sends()));
    assertFalse(step.startsHeadStart());
  }

  @Test
  void atOneATombstoneIsNoCopyAndTheOthersAreAsked() {
    GetCourse course = course(Consistency.ONE, ABC, A);
    course.begin();
    GetStep step = reply(course, A, copy(tombstone(100)));
    assertNull(step.answer());
    assertEquals(List.of(B, C), nodes(step.sends()));
    assertEquals(new GetOutcome.Found(NEW, 1), reply(course, B, copy(NEW)).answer());
  }

  @Test
  void atOneACopyOlderThanATombstoneThatWasSeenIsNoAnswer() {
    GetCourse course = course(Consistency.ONE, FIVE, A);
    course.begin();
    reply(course, A, copy(tombstone(150)));
    assertSame(GetStep.NOTHING, reply(course, B, copy(OLD)), "older than the tombstone");
    assertEquals(
        new GetOutcome.NotFound(version(150)), reply(course, C, copy(null)).answer(), "majority");
  }

  @Test
  void atOneAnExpiredCopyIsNoCopy() {
    GetCourse course = course(Consistency.ONE, ABC, A);
    course.begin();
    GetStep step = reply(course, A, copy(expiring(100, 999)));
    assertEquals(List.of(B, C), nodes(step.sends()));
    GetStep answered = reply(course, C, copy(null));
    assertEquals(new GetOutcome.NotFound(version(100)), answered.answer());
  }

  @Test
  void atOneNotFoundNeedsAMajority() {
    GetCourse course = course(Consistency.ONE, FIVE, E);
    course.begin();
    course.headStartOver();
    assertNull(reply(course, A, copy(null)).answer());
    assertNull(reply(course, B, copy(null)).answer());
    assertEquals(new GetOutcome.NotFound(Version.NONE), reply(course, E, copy(null)).answer());
  }

  @Test
  void atOneNotFoundNeedsAMajorityOfTheMembersAndNotOfTheirSuccessors() {
    GetCourse course = course(Consistency.ONE, joint(1, List.of(A, B), List.of(C, D)), E);
    course.begin();
    assertNull(reply(course, C, copy(null)).answer());
    assertNull(reply(course, D, copy(null)).answer());
    assertNull(reply(course, A, copy(null)).answer());
    assertInstanceOf(GetOutcome.NotFound.class, reply(course, B, copy(null)).answer());
  }

  @Test
  void belowAMajorityNotFoundNeedsAMajorityAllTheSame() {
    // {A, B, C, D, E}: x was acknowledged by C, D and E.
    GetCourse course = begun(Consistency.TWO, FIVE);
    assertSame(GetStep.NOTHING, reply(course, A, copy(null)));
    assertSame(GetStep.NOTHING, reply(course, B, copy(null)), "two say nothing of the others");
    assertEquals(
        List.of(repair(A, 2, OLD), repair(B, 3, OLD)), reply(course, C, copy(OLD)).sends());
    assertEquals(new GetOutcome.Found(OLD, 2), replyOfRound(course, A, 2, applied()).answer());
  }

  @Test
  void belowAMajorityATombstoneIsNotFoundOnceAMajorityAnswered() {
    GetCourse course = begun(Consistency.TWO, FIVE);
    reply(course, A, copy(tombstone(150)));
    assertNull(reply(course, B, copy(tombstone(150))).answer());
    assertEquals(new GetOutcome.NotFound(version(150)), reply(course, C, copy(OLD)).answer());
  }

  @Test
  void belowAMajorityItIsUnavailableWhenAllAnsweredWithoutACopyOrAMajority() {
    GetCourse course = new GetCourse(plan(Consistency.TWO, FIVE, A, NOW, E));
    course.begin();
    reply(course, A, copy(null));
    reply(course, B, copy(null));
    assertSame(GetStep.NOTHING, reply(course, C, refused(RefusalReason.RECOVERING)));
    GetStep step = reply(course, D, refused(RefusalReason.RECOVERING));
    Refusal refusal = unavailable(step);
    assertEquals(3, refusal.wanted());
    assertEquals(2, refusal.actual());
    assertTrue(step.isOver());
  }

  @ParameterizedTest
  @CsvSource({"ONE", "TWO"})
  void atTheDeadlineItSaysThatAMajorityWasWanted(Consistency consistency) {
    GetCourse course = course(consistency, FIVE, A);
    course.begin();
    course.headStartOver();
    reply(course, A, copy(null));
    reply(course, B, copy(null));
    Refusal refusal = unavailable(course.deadlineReached());
    assertEquals(3, refusal.wanted());
    assertEquals(2, refusal.actual());
    assertEquals(List.of(C, D, E), refusal.replicas());
  }

  @Test
  void atOneItIsUnavailableWhenAllAnsweredWithoutACopyOrAMajority() {
    GetCourse course = course(Consistency.ONE, ABC, E);
    course.begin();
    assertNull(reply(course, A, copy(null)).answer());
    assertNull(reply(course, B, refused(RefusalReason.RECOVERING)).answer());
    GetStep step = reply(course, C, refused(RefusalReason.STORAGE_FAILED));
    Refusal refusal = unavailable(step);
    assertEquals(Refusal.Code.TOO_FEW_REPLICAS, refusal.code());
    assertEquals(1, refusal.actual(), "A answered");
    assertEquals(List.of(B, C), refusal.replicas());
    assertTrue(step.isOver());
  }

  @ParameterizedTest
  @CsvSource({"TWO, 2", "THREE, 3", "QUORUM, 3", "ALL, 5"})
  void isFoundAtTheCopyThatCompletesR(Consistency consistency, int required) {
    GetCourse course = course(consistency, FIVE, A);
    GetStep begun = course.begin();
    assertEquals(List.of(A, B, C, D, E), nodes(begun.sends()));
    assertFalse(begun.startsHeadStart());
    for (int i = 0; i < required - 1; i++) {
      assertSame(GetStep.NOTHING, reply(course, FIVE.members().get(i), copy(OLD)));
    }
    GetStep step = reply(course, FIVE.members().get(required - 1), copy(OLD));
    assertEquals(new GetOutcome.Found(OLD, required), step.answer());
    assertEquals(required == 5, step.isOver());
  }

  @Test
  void absentOnAMajorityIsNotFound() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(GetStep.NOTHING, reply(course, A, copy(null)));
    assertEquals(new GetOutcome.NotFound(Version.NONE), reply(course, B, copy(null)).answer());
  }

  @Test
  void aTombstoneOnAMajorityIsNotFoundAndNamesItsVersion() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(tombstone(300)));
    GetStep step = reply(course, C, copy(tombstone(300)));
    assertEquals(new GetOutcome.NotFound(version(300)), step.answer());
  }

  @Test
  void aStaleReplicaIsRepairedBeforeTheAnswer() {
    // {A:new, B:old | C}
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    GetStep step = reply(course, B, copy(OLD));
    assertNull(step.answer());
    assertEquals(List.of(repair(B, 2, NEW)), step.sends());
    assertSame(GetStep.NOTHING, reply(course, B, copy(NEW)), "an answer to the read says nothing");
    GetStep answered = replyOfRound(course, B, 2, applied());
    assertEquals(new GetOutcome.Found(NEW, 2), answered.answer());
  }

  @Test
  void aTombstoneIsRepairedBeforeNotFoundIsAnswered() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(tombstone(300)));
    GetStep step = reply(course, B, copy(OLD));
    assertEquals(List.of(repair(B, 2, tombstone(300))), step.sends());
    assertEquals(
        new GetOutcome.NotFound(version(300)), replyOfRound(course, B, 2, applied()).answer());
  }

  @Test
  void aReplicaThatHoldsTheNewestInTimeSavesTheRepair() {
    // {A:new, B:old, C:new}: A and C are R, though B's repair is still under way
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    GetStep step = reply(course, C, copy(NEW));
    assertEquals(new GetOutcome.Found(NEW, 2), step.answer());
    assertTrue(step.isOver());
    assertEquals(List.of(), step.sends(), "B was sent it already");
  }

  @Test
  void aSupersededRepairMakesTheHigherVersionTheResultWhichIsRepairedInTurn() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    Entry newest = value(300);
    GetStep step = replyOfRound(course, B, 2, superseded(newest));
    assertNull(step.answer());
    assertEquals(List.of(repair(A, 3, newest)), step.sends());
    assertEquals(new GetOutcome.Found(newest, 2), replyOfRound(course, A, 3, applied()).answer());
  }

  @Test
  void theReplyToAnEarlierRepairSaysNothingOfALaterOne() {
    GetCourse course = begun(Consistency.ALL, ABC);
    reply(course, A, copy(OLD));
    reply(course, B, copy(NEW));
    GetStep first = reply(course, C, copy(NEW));
    assertEquals(List.of(repair(A, 2, NEW)), first.sends());
    // A's repair is on its way; its own copy turns out newer than everybody else's
    GetStep second = replyOfRound(course, A, 2, superseded(value(300)));
    assertEquals(List.of(B, C), nodes(second.sends()));
    assertSame(GetStep.NOTHING, replyOfRound(course, A, 2, applied()), "answered once more");
    assertSame(GetStep.NOTHING, replyOfRound(course, B, 3, applied()));
    assertEquals(new GetOutcome.Found(value(300), 3), reply4(course).answer());
  }

  @Test
  void aFailedRepairCountsAgainstR() {
    GetCourse course = begun(Consistency.ALL, stable(1, A, B));
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    GetStep step = replyOfRound(course, B, 2, refused(RefusalReason.STORAGE_FULL));
    assertEquals(Refusal.Code.TOO_FEW_REPLICAS, unavailable(step).code());
    assertTrue(step.isOver());
  }

  @Test
  void aFailedRepairDoesNotMatterIfAnotherReplicaHoldsIt() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    assertSame(
        GetStep.NOTHING, replyOfRound(course, B, 2, refused(RefusalReason.STORAGE_FULL)), "C");
    assertEquals(new GetOutcome.Found(NEW, 2), reply(course, C, copy(NEW)).answer());
  }

  @Test
  void aFailedRepairIsTriedAgainOnlyWithANewerVersion() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    replyOfRound(course, B, 2, refused(RefusalReason.STORAGE_FULL));
    GetStep step = reply(course, C, copy(value(300)));
    assertEquals(List.of(repair(A, 3, value(300)), repair(B, 4, value(300))), step.sends());
    assertEquals(
        new GetOutcome.Found(value(300), 2), replyOfRound(course, B, 4, applied()).answer());
  }

  @Test
  void theOthersAreRepairedBehindTheAnswer() {
    // {A:new, B:new | C:old}
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    GetStep answered = reply(course, B, copy(NEW));
    assertEquals(new GetOutcome.Found(NEW, 2), answered.answer());
    assertFalse(answered.isOver());
    GetStep step = reply(course, C, copy(OLD));
    assertNull(step.answer());
    assertEquals(List.of(repair(C, 2, NEW)), step.sends());
    assertTrue(step.isOver());
    assertSame(GetStep.NOTHING, replyOfRound(course, C, 2, applied()));
  }

  @Test
  void aNewerCopyThatComesAfterTheAnswerRepairsThoseThatAnswered() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(OLD));
    assertEquals(new GetOutcome.Found(OLD, 2), reply(course, B, copy(OLD)).answer());
    GetStep step = reply(course, C, copy(NEW));
    assertEquals(List.of(repair(A, 2, NEW), repair(B, 3, NEW)), step.sends());
    assertTrue(step.isOver());
  }

  @Test
  void theDeadlineAfterTheAnswerRepairsWhatIsKnownToBeStale() {
    GetCourse course = begun(Consistency.THREE, FIVE);
    reply(course, A, copy(OLD));
    reply(course, B, copy(NEW));
    assertNull(reply(course, C, copy(NEW)).answer());
    assertEquals(new GetOutcome.Found(NEW, 3), reply(course, D, copy(NEW)).answer());
    GetStep step = course.deadlineReached();
    assertNull(step.answer());
    assertTrue(step.isOver());
    assertEquals(List.of(), step.sends(), "A's repair was sent with the answer pending");
  }

  @Test
  void nothingIsRepairedIfNobodyHasACopy() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(null));
    reply(course, B, copy(null));
    GetStep step = reply(course, C, refused(RefusalReason.CORRUPT_RECORD));
    assertEquals(List.of(), step.sends());
    assertTrue(step.isOver());
  }

  @Test
  void aCorruptReplicaCountsForNothingAndIsLeftToTheMergeThatMendsIt() {
    // {A:corrupt, B:new, C:new}
    GetCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(GetStep.NOTHING, reply(course, A, refused(RefusalReason.CORRUPT_RECORD)));
    assertSame(GetStep.NOTHING, reply(course, B, copy(NEW)));
    GetStep step = reply(course, C, copy(NEW));
    assertEquals(new GetOutcome.Found(NEW, 2), step.answer());
    assertEquals(List.of(), step.sends());
  }

  @Test
  void aRepairNamesHowOftenItsReplicaHadDroppedTombstones() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, new ReplicaReply.Copy(null, 7));
    GetStep step = reply(course, B, new ReplicaReply.Copy(NEW, 9));
    assertEquals(
        List.of(
            new Send(A, 2, new ReplicaRequest.Write(KEY, ABC.epoch(), NEW, WriteOrigin.REPAIR, 7))),
        step.sends());
  }

  @Test
  void allAreAskedAnewIfTombstonesWereDroppedSinceTheyWereRead() {
    // {A:absent, B:new}; then a delete reaches all and is dropped; the repair of A comes too late
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, new ReplicaReply.Copy(null, 7));
    reply(course, B, new ReplicaReply.Copy(NEW, 9));
    GetStep step = replyAt(course, A, 2, refused(RefusalReason.IN_QUESTION), time(0));
    assertNull(step.answer());
    assertEquals(List.of(A, B, C), Replicas.nodes(step.sends()));
    int round = step.sends().get(0).round();
    replyAt(course, A, round, new ReplicaReply.Copy(null, 8), time(0));
    assertEquals(
        new GetOutcome.NotFound(Version.NONE),
        replyAt(course, B, round, new ReplicaReply.Copy(null, 10), time(0)).answer());
  }

  @Test
  void anExpiredEntryIsNotFoundOnceRReplicasAreAtOrPastItsExpiry() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    Entry expired = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expired), time(1_000));
    GetStep step = replyAt(course, B, 1, copy(expired), time(1_001));
    assertEquals(new GetOutcome.NotFound(version(100)), step.answer());
  }

  @Test
  void aReplicaWhoseTimeLagsBehindTheExpiryGetsItWithARepair() {
    // {A:1000 | B:999}: a reader who asks B and C might still see it
    GetCourse course = begun(Consistency.QUORUM, ABC);
    Entry expired = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expired), time(1_000));
    GetStep step = replyAt(course, B, 1, copy(expired), time(999));
    assertNull(step.answer());
    assertEquals(List.of(repair(B, 2, expired)), step.sends());
    GetStep answered = replyAt(course, B, 2, applied(), time(1_000));
    assertEquals(new GetOutcome.NotFound(version(100)), answered.answer());
  }

  @Test
  void aReplicaThatStillLagsAfterTheRepairIsNoProof() {
    GetCourse course = begun(Consistency.QUORUM, stable(1, A, B));
    Entry expired = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expired), time(1_000));
    replyAt(course, B, 1, copy(expired), time(998));
    assertSame(GetStep.NOTHING, replyAt(course, B, 2, applied(), time(999)));
    assertInstanceOf(GetOutcome.Unavailable.class, course.deadlineReached().answer());
  }

  @Test
  void anEntryThatOnlyTheCoordinatorKnowsToBeExpiredIsNeitherFoundNorNotFound() {
    // As when no replica can store a ceiling of its clock: what they report stands still.
    GetCourse course = begun(Consistency.QUORUM, ABC);
    Entry expired = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expired), time(900));
    GetStep step = replyAt(course, B, 1, copy(expired), time(900));
    assertEquals(List.of(repair(A, 2, expired), repair(B, 3, expired)), step.sends());
    assertSame(GetStep.NOTHING, replyAt(course, A, 2, applied(), time(900)));
    assertSame(GetStep.NOTHING, replyAt(course, B, 3, applied(), time(900)));
    assertInstanceOf(GetOutcome.Unavailable.class, course.deadlineReached().answer());
  }

  @Test
  void expiryIsJudgedByTheLatestTimeThatIsKnown() {
    GetCourse course = new GetCourse(plan(Consistency.QUORUM, ABC, A, time(500)));
    course.begin();
    Entry expiring = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expiring), time(500));
    GetStep step = replyAt(course, B, 1, copy(expiring), time(999));
    assertEquals(new GetOutcome.Found(expiring, 2), step.answer(), "one millisecond before");
  }

  @Test
  void aReplicaPastTheExpiryMakesTheOthersCatchUp() {
    GetCourse course = new GetCourse(plan(Consistency.QUORUM, ABC, A, time(500)));
    course.begin();
    Entry expiring = expiring(100, 1_000);
    replyAt(course, A, 1, copy(expiring), time(500));
    GetStep step = replyAt(course, B, 1, copy(expiring), time(1_000));
    assertEquals(List.of(repair(A, 2, expiring)), step.sends());
  }

  @Test
  void aJointReadAnswersOnlyWhatMajoritiesOfBothSetsHold() {
    // old {A,B,C}, new {C,D,E}: x reached A and B alone
    GetCourse course = begun(Consistency.QUORUM, joint(1, List.of(A, B, C), List.of(C, D, E)));
    assertSame(GetStep.NOTHING, reply(course, D, copy(null)), "reading looks at old");
    assertSame(GetStep.NOTHING, reply(course, A, copy(NEW)));
    GetStep step = reply(course, B, copy(NEW));
    assertNull(step.answer());
    assertEquals(List.of(repair(D, 2, NEW)), step.sends());
    assertSame(GetStep.NOTHING, replyOfRound(course, D, 2, applied()), "one of the new");
    GetStep late = reply(course, E, copy(null));
    assertEquals(List.of(repair(E, 3, NEW)), late.sends());
    assertEquals(new GetOutcome.Found(NEW, 4), replyOfRound(course, E, 3, applied()).answer());
  }

  @Test
  void aJointReadIsUnavailableIfTheRepairOfTheNewFailsByTheDeadline() {
    GetCourse course = begun(Consistency.QUORUM, joint(1, List.of(A, B), List.of(C, D)));
    reply(course, A, copy(NEW));
    reply(course, B, copy(NEW));
    reply(course, C, copy(NEW));
    Refusal refusal = unavailable(course.deadlineReached());
    assertEquals(List.of(D), refusal.replicas());
  }

  @Test
  void aNodeInBothSetsCountsOnceInEach() {
    GetCourse course = begun(Consistency.QUORUM, joint(1, List.of(A, B, C), List.of(A, B, D)));
    reply(course, A, copy(NEW));
    assertEquals(new GetOutcome.Found(NEW, 2), reply(course, B, copy(NEW)).answer());
  }

  @Test
  void startsAnewByANewerConfiguration() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(OLD));
    Configuration newer = stable(2, A, B, D);
    GetStep step = reply(course, B, staleEpoch(newer));
    assertEquals(List.of(A, B, D), nodes(step.sends()));
    assertEquals(new ReplicaRequest.Read(KEY, newer.epoch()), step.sends().get(0).request());
    assertSame(GetStep.NOTHING, replyOfRound(course, C, 1, copy(NEW)), "no member any more");
    assertSame(GetStep.NOTHING, replyOfRound(course, B, 1, copy(NEW)), "of the first round");
    assertSame(GetStep.NOTHING, replyOfRound(course, A, 2, copy(OLD)), "counted from zero");
    assertEquals(new GetOutcome.Found(OLD, 2), replyOfRound(course, D, 2, copy(OLD)).answer());
  }

  @Test
  void atOneANewerConfigurationGivesTheLocalReplicaAnotherHeadStart() {
    GetCourse course = course(Consistency.ONE, ABC, A);
    course.begin();
    GetStep step = reply(course, A, staleEpoch(stable(2, D, A)));
    assertEquals(List.of(A), nodes(step.sends()));
    assertTrue(step.startsHeadStart());
  }

  @Test
  void anOlderConfigurationIsARefusalLikeAnyOther() {
    GetCourse course = begun(Consistency.ONE, stable(3, A));
    unavailable(reply(course, A, staleEpoch(ABC)));
  }

  @Test
  void isUnavailableIfTooFewOfTheNewerConfigurationAreAlive() {
    GetCourse course = new GetCourse(plan(Consistency.QUORUM, ABC, A, NOW, D));
    course.begin();
    GetStep step = reply(course, A, staleEpoch(stable(2, A, D)));
    assertEquals(Refusal.Code.TOO_FEW_REPLICAS, unavailable(step).code());
    assertTrue(step.isOver());
  }

  @Test
  void isUnavailableIfTheNewerConfigurationHasTooFewMembers() {
    GetCourse course = begun(Consistency.THREE, ABC);
    GetStep step = reply(course, A, staleEpoch(stable(2, A, B)));
    assertEquals(Refusal.Code.TOO_FEW_MEMBERS, unavailable(step).code());
    assertTrue(step.isOver());
  }

  @Test
  void aNewerConfigurationAfterTheAnswerIsARefusal() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(NEW));
    GetStep step = reply(course, C, staleEpoch(stable(2, A, B, D)));
    assertEquals(List.of(), step.sends());
    assertTrue(step.isOver());
  }

  @Test
  void isUnavailableAtOnceWhenMoreMembersAreAskedForThanThereAre() {
    GetStep step = course(Consistency.THREE, stable(1, A, B), A).begin();
    Refusal refusal = unavailable(step);
    assertEquals(Refusal.Code.TOO_FEW_MEMBERS, refusal.code());
    assertEquals(3, refusal.wanted());
    assertEquals(2, refusal.actual());
    assertTrue(step.isOver());
    assertEquals(List.of(), step.sends());
  }

  @Test
  void namesTheSetThatIsTooSmallForTheConsistency() {
    GetStep step = course(Consistency.TWO, joint(1, List.of(A, B), List.of(C)), A).begin();
    Refusal refusal = unavailable(step);
    assertEquals(2, refusal.wanted());
    assertEquals(1, refusal.actual());
  }

  @Test
  void isUnavailableAtOnceWhenTooFewAreAlive() {
    // {A | B, C}
    GetStep step = new GetCourse(plan(Consistency.QUORUM, ABC, A, NOW, B, C)).begin();
    Refusal refusal = unavailable(step);
    assertEquals(2, refusal.wanted());
    assertEquals(1, refusal.actual());
    assertEquals(List.of(B, C), refusal.replicas());
    assertTrue(step.isOver());
  }

  @Test
  void sendsNothingToTheDead() {
    GetStep step = new GetCourse(plan(Consistency.QUORUM, ABC, A, NOW, C)).begin();
    assertEquals(List.of(A, B), nodes(step.sends()));
  }

  @Test
  void isUnavailableAsSoonAsRIsOutOfReachAndSaysWhoFailed() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(GetStep.NOTHING, reply(course, A, copy(NEW)));
    assertSame(GetStep.NOTHING, reply(course, B, refused(RefusalReason.RECOVERING)));
    GetStep step = reply(course, C, refused(RefusalReason.OVERLOADED));
    Refusal refusal = unavailable(step);
    assertEquals(Refusal.Code.OVERLOADED, refusal.code());
    assertEquals(2, refusal.wanted());
    assertEquals(1, refusal.actual());
    assertEquals(List.of(B, C), refusal.replicas());
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void whenAllTimedOutItIsUnavailableAndNeverNotFound(Consistency consistency) {
    GetCourse course = course(consistency, ABC, A);
    course.begin();
    GetStep step = course.deadlineReached();
    Refusal refusal = unavailable(step);
    assertEquals(0, refusal.actual());
    assertEquals(List.of(A, B, C), refusal.replicas());
    assertTrue(step.isOver());
    assertSame(GetStep.NOTHING, course.deadlineReached());
    assertSame(GetStep.NOTHING, reply(course, A, copy(NEW)));
  }

  @Test
  void whatOneSaidBeforeTheDeadlineIsNoAnswerButRepairsTheStale() {
    GetCourse course = begun(Consistency.ALL, ABC);
    reply(course, A, copy(NEW));
    reply(course, B, copy(OLD));
    GetStep step = course.deadlineReached();
    Refusal refusal = unavailable(step);
    assertEquals(2, refusal.actual());
    assertEquals(List.of(C), refusal.replicas());
    assertEquals(List.of(repair(B, 2, NEW)), step.sends());
  }

  @Test
  void strangersAndAnswersThatFitNoRequestChangeNothing() {
    GetCourse course = begun(Consistency.ALL, stable(1, A, B));
    assertSame(GetStep.NOTHING, reply(course, E, copy(NEW)));
    assertSame(GetStep.NOTHING, replyOfRound(course, A, 7, copy(NEW)));
    assertSame(GetStep.NOTHING, reply(course, A, applied()), "nothing was repaired");
    reply(course, B, copy(NEW));
    assertEquals(new GetOutcome.Found(NEW, 2), reply(course, A, copy(NEW)).answer());
  }

  @Test
  void aRepeatedCopyCountsOnceAndAnOlderOneReplacesNothing() {
    GetCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, copy(NEW));
    assertSame(GetStep.NOTHING, reply(course, A, copy(NEW)));
    assertSame(GetStep.NOTHING, reply(course, A, copy(OLD)));
    assertSame(GetStep.NOTHING, reply(course, A, copy(null)));
    assertEquals(new GetOutcome.Found(NEW, 2), reply(course, B, copy(NEW)).answer());
  }

  private static GetStep reply4(GetCourse course) {
    return replyOfRound(course, C, 4, applied());
  }

  private static GetPlan plan(
      Consistency consistency,
      Configuration configuration,
      NodeId self,
      HybridTime now,
      NodeId... dead) {
    return new GetPlan(KEY, consistency, configuration, Set.of(dead), self, now);
  }

  private static GetCourse course(
      Consistency consistency, Configuration configuration, NodeId self) {
    return new GetCourse(plan(consistency, configuration, self, NOW));
  }

  private static GetCourse begun(Consistency consistency, Configuration configuration) {
    GetCourse course = course(consistency, configuration, A);
    course.begin();
    return course;
  }

  private static GetStep reply(GetCourse course, NodeId node, ReplicaReply reply) {
    return replyOfRound(course, node, 1, reply);
  }

  private static GetStep replyOfRound(
      GetCourse course, NodeId node, int round, ReplicaReply reply) {
    return replyAt(course, node, round, reply, NOW);
  }

  private static GetStep replyAt(
      GetCourse course, NodeId node, int round, ReplicaReply reply, HybridTime at) {
    return course.replied(node, round, reply, at);
  }

  private static Send repair(NodeId node, int round, Entry entry) {
    return new Send(
        node, round, new ReplicaRequest.Write(KEY, ABC.epoch(), entry, WriteOrigin.REPAIR, 0));
  }

  private static Refusal unavailable(GetStep step) {
    return assertInstanceOf(GetOutcome.Unavailable.class, step.answer()).refusal();
  }
}
