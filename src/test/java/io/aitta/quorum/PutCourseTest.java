package io.aitta.quorum;

import static io.aitta.quorum.Replicas.A;
import static io.aitta.quorum.Replicas.ABC;
import static io.aitta.quorum.Replicas.B;
import static io.aitta.quorum.Replicas.C;
import static io.aitta.quorum.Replicas.D;
import static io.aitta.quorum.Replicas.E;
import static io.aitta.quorum.Replicas.KEY;
import static io.aitta.quorum.Replicas.applied;
import static io.aitta.quorum.Replicas.belowHorizon;
import static io.aitta.quorum.Replicas.copy;
import static io.aitta.quorum.Replicas.joint;
import static io.aitta.quorum.Replicas.nodes;
import static io.aitta.quorum.Replicas.overwritten;
import static io.aitta.quorum.Replicas.refused;
import static io.aitta.quorum.Replicas.stable;
import static io.aitta.quorum.Replicas.staleEpoch;
import static io.aitta.quorum.Replicas.superseded;
import static io.aitta.quorum.Replicas.supersededUnknown;
import static io.aitta.quorum.Replicas.value;
import static io.aitta.quorum.Replicas.version;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PutCourseTest {
  private static final Entry ENTRY = value(100);
  private static final Entry NEWER = value(200);
  private static final Configuration FIVE = stable(1, A, B, C, D, E);

  @ParameterizedTest
  @CsvSource({"ONE, 1", "TWO, 2", "THREE, 3", "QUORUM, 3", "ALL, 5"})
  void isWrittenAtTheAcknowledgementThatCompletesW(Consistency consistency, int required) {
    PutCourse course = course(consistency, FIVE);
    PutStep begun = course.begin();
    assertEquals(List.of(A, B, C, D, E), nodes(begun.sends()));
    for (int i = 0; i < required - 1; i++) {
      assertSame(PutStep.NOTHING, reply(course, FIVE.members().get(i), applied()));
    }
    PutStep step = reply(course, FIVE.members().get(required - 1), applied());
    Receipt receipt = assertInstanceOf(PutOutcome.Written.class, step.answer()).receipt();
    assertEquals(required, receipt.acknowledged());
    assertEquals(required, receipt.required());
    assertEquals(ENTRY.version(), receipt.version());
    assertEquals(5, receipt.replicas().size());
    assertEquals(required == 5, step.isSettled());
  }

  @Test
  void sendsTheEntryUnderItsVersionAndTheEpoch() {
    Send send = course(Consistency.ONE, ABC).begin().sends().get(1);
    assertEquals(
        new Send(B, 1, new ReplicaRequest.Write(KEY, ABC.epoch(), ENTRY, WriteOrigin.PUT)), send);
  }

  @Test
  void refusesMoreMembersThanThereAreWithNothingSent() {
    PutStep step = course(Consistency.THREE, stable(1, A, B)).begin();
    Refusal refusal = refusal(step);
    assertEquals(Refusal.Code.TOO_FEW_MEMBERS, refusal.code());
    assertEquals(3, refusal.wanted());
    assertEquals(2, refusal.actual());
    assertNothingKept(step);
  }

  @Test
  void refusesWhenTheSuccessorsAreTooFewForTheConsistency() {
    PutStep step = course(Consistency.TWO, joint(1, List.of(A, B), List.of(C))).begin();
    Refusal refusal = refusal(step);
    assertEquals(Refusal.Code.TOO_FEW_MEMBERS, refusal.code());
    assertEquals(2, refusal.wanted());
    assertEquals(1, refusal.actual());
  }

  @Test
  void refusesWhenTooFewAreAliveWithNothingSentAndNoHint() {
    PutStep step = course(Consistency.QUORUM, ABC, B, C).begin();
    Refusal refusal = refusal(step);
    assertEquals(Refusal.Code.TOO_FEW_REPLICAS, refusal.code());
    assertEquals(2, refusal.wanted());
    assertEquals(1, refusal.actual());
    assertEquals(List.of(B, C), refusal.replicas());
    assertNothingKept(step);
  }

  @Test
  void refusesWhenTooFewSuccessorsAreAlive() {
    Configuration joint = joint(1, List.of(A, B, C), List.of(A, D, E));
    Refusal refusal = refusal(course(Consistency.QUORUM, joint, D, E).begin());
    assertEquals(List.of(D, E), refusal.replicas());
    assertEquals(1, refusal.actual());
  }

  @Test
  void sendsNothingToTheDeadAndHintsForThem() {
    PutCourse course = course(Consistency.QUORUM, ABC, C);
    assertEquals(List.of(A, B), nodes(course.begin().sends()));
    reply(course, A, applied());
    PutStep step = reply(course, B, applied());
    assertInstanceOf(PutOutcome.Written.class, step.answer());
    assertEquals(List.of(C), step.hints());
    assertFalse(step.isSettled());
    assertTrue(course.hintKept(C, true).isSettled());
    assertEquals(ReplicaReceipt.State.HINTED, state(course, C));
    assertEquals(2, course.receipt().acknowledged(), "a hint never counts");
  }

  @Test
  void mayHaveBeenAppliedAtOnceWhenWIsOutOfReach() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(PutStep.NOTHING, reply(course, A, refused(RefusalReason.STORAGE_FAILED)));
    PutStep step = reply(course, B, refused(RefusalReason.LINK_LOST));
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
    assertEquals(List.of(), step.hints(), "hints only once all answered or time is up");
  }

  @Test
  void mayHaveBeenAppliedWhileSomebodyIsStillSilentEvenIfTheOthersCertainlyRefused() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, refused(RefusalReason.OVERLOADED));
    PutStep step = reply(course, B, refused(RefusalReason.OVERLOADED));
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @ParameterizedTest
  @EnumSource(
      value = RefusalReason.class,
      names = {"WRONG_INCARNATION", "LINK_LOST", "STORAGE_FULL", "STORAGE_FAILED"})
  void mayHaveBeenAppliedWhenAllFailedUncertainly(RefusalReason reason) {
    PutCourse course = begun(Consistency.ONE, stable(1, A));
    assertInstanceOf(PutOutcome.MaybeApplied.class, reply(course, A, refused(reason)).answer());
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED, OVERLOADED",
    "CLOCK_AHEAD, CLOCK_AHEAD",
    "KEY_TOO_LARGE, KEY_TOO_LARGE",
    "VALUE_TOO_LARGE, VALUE_TOO_LARGE",
    "EXPIRED, TOO_FEW_REPLICAS",
    "NOT_A_REPLICA, TOO_FEW_REPLICAS",
    "RECOVERING, TOO_FEW_REPLICAS",
    "NOT_READY, TOO_FEW_REPLICAS"
  })
  void isRefusedWhenAllAnsweredAndNoneAppliedOrMayHave(RefusalReason reason, Refusal.Code code) {
    PutCourse course = begun(Consistency.ONE, ABC);
    assertSame(PutStep.NOTHING, reply(course, A, refused(reason)));
    assertSame(PutStep.NOTHING, reply(course, B, refused(reason)));
    PutStep step = reply(course, C, refused(reason));
    assertEquals(code, refusal(step).code());
    assertNothingKept(step);
  }

  @Test
  void anAnswerThatIsNoneToAWriteFails() {
    PutCourse course = begun(Consistency.ONE, stable(1, A));
    assertInstanceOf(PutOutcome.MaybeApplied.class, reply(course, A, copy(null)).answer());
  }

  @Test
  void anEntryThatWasAppliedAndOverwrittenCounts() {
    PutCourse course = begun(Consistency.ONE, ABC);
    PutStep step = reply(course, A, overwritten(NEWER));
    assertInstanceOf(PutOutcome.Written.class, step.answer());
  }

  @Test
  void restampsAboveTheNewestWhenAMajorityIsSuperseded() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    assertNull(reply(course, A, superseded(value(300))).restampAbove());
    PutStep step = reply(course, B, superseded(NEWER));
    assertEquals(version(300), step.restampAbove());
    assertNull(step.answer());

    PutStep again = course.restamped(version(301), false);
    assertEquals(List.of(A, B, C), nodes(again.sends()));
    ReplicaRequest.Write write = (ReplicaRequest.Write) again.sends().get(0).request();
    assertEquals(ENTRY.withVersion(version(301)), write.entry());
    assertEquals(WriteOrigin.PUT, write.origin());
    assertEquals(2, again.sends().get(0).round());

    assertSame(PutStep.NOTHING, replyOfRound(course, A, 1, applied()), "of the first version");
    replyOfRound(course, A, 2, applied());
    PutStep written = replyOfRound(course, C, 2, applied());
    Receipt receipt = assertInstanceOf(PutOutcome.Written.class, written.answer()).receipt();
    assertEquals(version(301), receipt.version());
    assertEquals(2, receipt.acknowledged());
    assertEquals(version(301), course.entry().version(), "a hint is of the final version");
  }

  @Test
  void doesNotRestampWhatAReplicaAppliedByAnEarlierConfiguration() {
    // {A:x@v1, B:newer | C} then {A, B, D}: a read of A and D would return x@v1
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    reply(course, B, staleEpoch(stable(2, A, B, D)));
    replyOfRound(course, A, 2, refused(RefusalReason.OVERLOADED));
    replyOfRound(course, B, 2, superseded(NEWER));
    PutStep step = replyOfRound(course, D, 2, refused(RefusalReason.OVERLOADED));
    assertNull(step.restampAbove());
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void doesNotRestampWhatMembersOfLongBeforeMayHaveShown() {
    // {A:x@v1, B | C}, a read of A and B repaired B; then {C, D, E}, which never held x
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    reply(course, B, staleEpoch(stable(3, C, D, E)));
    replyOfRound(course, C, 2, superseded(NEWER));
    PutStep step = replyOfRound(course, D, 2, superseded(NEWER));
    assertNull(step.restampAbove());
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void aReceiptDoesNotExcludeWhomAnEarlierAttemptMayHaveReached() {
    // A applies x by the first configuration, says so too late, and refuses the next attempt
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, B, staleEpoch(stable(2, A, B, C)));
    replyOfRound(course, B, 2, applied());
    replyOfRound(course, C, 2, applied());
    replyOfRound(course, A, 2, refused(RefusalReason.STALE_EPOCH));
    assertEquals(ReplicaReceipt.State.UNANSWERED, receiptOf(course, A).state());
  }

  @Test
  void aReceiptDoesNotExcludeOneThatLeftInBetweenAndMayHaveAppliedIt() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, B, staleEpoch(stable(2, B, C, D)));
    replyOfRound(course, B, 2, staleEpoch(stable(3, A, B, C)));
    replyOfRound(course, B, 3, applied());
    replyOfRound(course, C, 3, applied());
    replyOfRound(course, A, 3, refused(RefusalReason.OVERLOADED));
    assertEquals(ReplicaReceipt.State.UNANSWERED, receiptOf(course, A).state());
  }

  @Test
  void aReceiptExcludesWhomOnlyAnotherVersionMayHaveReached() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, staleEpoch(stable(2, A, B, C)));
    replyOfRound(course, B, 2, superseded(NEWER));
    replyOfRound(course, C, 2, superseded(NEWER));
    course.restamped(version(201), false);
    replyOfRound(course, B, 3, applied());
    replyOfRound(course, C, 3, applied());
    replyOfRound(course, A, 3, refused(RefusalReason.OVERLOADED));
    assertEquals(ReplicaReceipt.State.FAILED, receiptOf(course, A).state());
    assertEquals(RefusalReason.OVERLOADED, receiptOf(course, A).reason());
  }

  @Test
  void restampsAboveTheHorizonWhenNobodyAppliedIt() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(PutStep.NOTHING, reply(course, A, belowHorizon(NEWER)));
    assertSame(
        PutStep.NOTHING, reply(course, B, belowHorizon(value(300))), "C may have applied it");
    assertEquals(version(300), reply(course, C, belowHorizon(NEWER)).restampAbove());
  }

  @Test
  void aMajorityThatMayHaveDroppedSomethingNewerDoesNotHoldItAndProvesNothing() {
    // {A:x@v1 | B, C: absent}: a read of A and B returns x@v1 and repairs B
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, B, belowHorizon(NEWER));
    reply(course, C, belowHorizon(NEWER));
    PutStep step = reply(course, A, applied());
    assertNull(step.restampAbove());
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void restampsByAMajorityOfTheNewerConfigurationWhateverTheEarlierOneApplied() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, C, applied());
    reply(course, B, staleEpoch(stable(2, A, B, D)));
    replyOfRound(course, A, 2, superseded(NEWER));
    assertEquals(NEWER.version(), replyOfRound(course, B, 2, superseded(NEWER)).restampAbove());
    course.restamped(version(201), false);
    replyOfRound(course, A, 3, superseded(value(300)));
    replyOfRound(course, B, 3, refused(RefusalReason.OVERLOADED));
    PutStep again = replyOfRound(course, D, 3, refused(RefusalReason.OVERLOADED));
    assertEquals(version(300), again.restampAbove(), "nobody applied the second version");
  }

  @Test
  void anExemptVersionIsSentAsRestamped() {
    PutCourse course = begun(Consistency.ONE, stable(1, A));
    reply(course, A, superseded(NEWER));
    ReplicaRequest.Write write =
        (ReplicaRequest.Write) course.restamped(version(201), true).sends().get(0).request();
    assertEquals(WriteOrigin.RESTAMPED_PUT, write.origin());
  }

  @Test
  void restampsWhenAllAnsweredNoneAppliedAndOneHoldsNewer() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, superseded(NEWER));
    assertSame(PutStep.NOTHING, reply(course, B, refused(RefusalReason.OVERLOADED)));
    PutStep step = reply(course, C, refused(RefusalReason.OVERLOADED));
    assertEquals(NEWER.version(), step.restampAbove());
  }

  @Test
  void doesNotRestampWhenOneAppliedAndNoMajorityIsSuperseded() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    reply(course, B, superseded(NEWER));
    PutStep step = reply(course, C, refused(RefusalReason.OVERLOADED));
    assertNull(step.restampAbove());
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void doesNotRestampWhenAReplicaMayHaveAppliedIt() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, superseded(NEWER));
    reply(course, B, supersededUnknown(NEWER));
    PutStep step = reply(course, C, refused(RefusalReason.OVERLOADED));
    assertNull(step.restampAbove());
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
    assertEquals(ReplicaReceipt.State.SUPERSEDED, state(course, B));
  }

  @Test
  void waitsForAMajorityThatMayStillProveSuperseded() {
    PutCourse course = begun(Consistency.ALL, ABC);
    assertSame(PutStep.NOTHING, reply(course, A, superseded(NEWER)));
    assertSame(PutStep.NOTHING, reply(course, B, applied()), "C decides");
    assertEquals(NEWER.version(), reply(course, C, superseded(NEWER)).restampAbove());
  }

  @Test
  void afterARestampTheEarlierVersionStaysMaybe() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, superseded(NEWER));
    reply(course, B, superseded(NEWER)); // C was sent the first version and is silent
    course.restamped(version(201), false);
    for (NodeId node : List.of(A, B)) {
      replyOfRound(course, node, 2, refused(RefusalReason.OVERLOADED));
    }
    PutStep step = replyOfRound(course, C, 2, refused(RefusalReason.OVERLOADED));
    assertNull(step.answer(), "already answered when W was out of reach");
    assertEquals(List.of(A, B, C), step.hints());
  }

  @Test
  void refusesAfterARestampIfNobodyEverApplied() {
    PutCourse course = begun(Consistency.ONE, stable(1, A));
    reply(course, A, superseded(NEWER));
    course.restamped(version(201), false);
    refusal(replyOfRound(course, A, 2, refused(RefusalReason.OVERLOADED)));
  }

  @Test
  void refusesWhenNoFreshVersionCameByTheDeadlineAndNobodyAppliedIt() {
    PutCourse course = begun(Consistency.ONE, stable(1, A));
    reply(course, A, superseded(NEWER));
    refusal(course.deadlineReached());
    assertSame(PutStep.NOTHING, course.restamped(version(300), false));
  }

  @Test
  void mayHaveBeenAppliedWhenNoFreshVersionCameByTheDeadlineAndOneIsSilent() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, superseded(NEWER));
    reply(course, B, superseded(NEWER));
    assertInstanceOf(PutOutcome.MaybeApplied.class, course.deadlineReached().answer());
  }

  @Test
  void keepsNoHintOfAVersionThatIsTooFarAheadAndThatNoQuorumTook() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, refused(RefusalReason.CLOCK_AHEAD));
    PutStep answered = reply(course, B, refused(RefusalReason.CLOCK_AHEAD));
    assertInstanceOf(PutOutcome.MaybeApplied.class, answered.answer());
    PutStep settled = course.deadlineReached();
    assertEquals(List.of(), settled.hints());
    assertTrue(settled.isSettled());
  }

  @Test
  void keepsAHintForTheReplicaThatFoundItAheadOnceAQuorumTookIt() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    reply(course, C, refused(RefusalReason.CLOCK_AHEAD));
    assertEquals(List.of(C), reply(course, B, applied()).hints());
  }

  @Test
  void aVersionThatNobodyAskedForIsIgnored() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    assertSame(PutStep.NOTHING, course.restamped(version(300), false));
    assertEquals(ENTRY, course.entry());
  }

  @Test
  void aReplyWhileRestampingIsRemembered() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, superseded(NEWER));
    reply(course, B, superseded(NEWER));
    assertSame(PutStep.NOTHING, reply(course, C, applied()));
    PutStep step = course.deadlineReached();
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
    assertEquals(1, course.receipt().acknowledged());
    assertTrue(step.isSettled());
  }

  @Test
  void countsAnewByANewerConfiguration() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    Configuration newer = stable(2, A, B, D);
    PutStep step = reply(course, B, staleEpoch(newer));
    assertEquals(List.of(A, B, D), nodes(step.sends()));
    ReplicaRequest.Write write = (ReplicaRequest.Write) step.sends().get(0).request();
    assertEquals(newer.epoch(), write.epoch());
    assertEquals(ENTRY, write.entry(), "the version stays");
    assertEquals(newer, course.configuration());
    replyOfRound(course, A, 2, applied());
    assertSame(PutStep.NOTHING, replyOfRound(course, A, 2, applied()), "once");
    assertSame(PutStep.NOTHING, replyOfRound(course, C, 1, applied()), "no member any more");
    PutStep written = replyOfRound(course, D, 2, applied());
    assertEquals(
        new Epoch(0, 2),
        assertInstanceOf(PutOutcome.Written.class, written.answer()).receipt().epoch());
  }

  @Test
  void anOlderConfigurationIsARefusalLikeAnyOther() {
    PutCourse course = begun(Consistency.ONE, stable(3, A));
    assertEquals(Refusal.Code.TOO_FEW_REPLICAS, refusal(reply(course, A, staleEpoch(ABC))).code());
  }

  @Test
  void refusesWhenTheNewerConfigurationCannotBeReachedAndNobodyWasAskedElse() {
    PutCourse course = course(Consistency.ONE, stable(1, A), D);
    course.begin();
    Refusal refusal = refusal(reply(course, A, staleEpoch(stable(2, D))));
    assertEquals(List.of(D), refusal.replicas());
  }

  @Test
  void mayHaveBeenAppliedWhenTheNewerConfigurationIsTooSmallAndOthersAreSilent() {
    PutCourse course = begun(Consistency.TWO, ABC);
    PutStep step = reply(course, A, staleEpoch(stable(2, D)));
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void aNewerConfigurationAfterTheAnswerIsARefusal() {
    PutCourse course = begun(Consistency.ONE, ABC);
    reply(course, A, applied());
    reply(course, B, applied());
    PutStep step = reply(course, C, staleEpoch(stable(2, D)));
    assertEquals(List.of(C), step.hints());
    assertEquals(ABC, course.configuration());
  }

  @Test
  void jointConfigurationsCountPerSet() {
    Configuration joint = joint(2, List.of(A, B, C), List.of(A, D, E));
    PutCourse course = begun(Consistency.QUORUM, joint);
    reply(course, B, applied());
    assertSame(PutStep.NOTHING, reply(course, C, applied()), "of the members only");
    reply(course, D, applied());
    PutStep step = reply(course, A, applied());
    assertInstanceOf(PutOutcome.Written.class, step.answer());
    assertEquals(2, course.receipt().required());
  }

  @Test
  void aJointConfigurationIsOutOfReachWhenOneSetIs() {
    PutCourse course = begun(Consistency.QUORUM, joint(2, List.of(A, B), List.of(C, D)));
    reply(course, A, applied());
    PutStep step = reply(course, C, refused(RefusalReason.STORAGE_FAILED));
    assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer());
  }

  @Test
  void hintsOnlyAfterTheAnswerAndForEachThatLacksIt() {
    PutCourse course = begun(Consistency.QUORUM, FIVE);
    assertEquals(List.of(), reply(course, A, refused(RefusalReason.OVERLOADED)).hints());
    reply(course, B, applied());
    reply(course, C, applied());
    PutStep written = reply(course, D, applied());
    assertInstanceOf(PutOutcome.Written.class, written.answer());
    assertEquals(List.of(), written.hints(), "E may still answer");
    PutStep hinting = course.deadlineReached();
    assertEquals(List.of(A, E), hinting.hints());
    assertFalse(hinting.isSettled());
    assertSame(PutStep.NOTHING, course.deadlineReached());
    assertSame(PutStep.NOTHING, course.hintKept(B, true), "not asked for");
    assertSame(PutStep.NOTHING, course.hintKept(new NodeId(99), true), "no replica");
    assertFalse(course.hintKept(A, true).isSettled());
    assertTrue(course.hintKept(E, false).isSettled());
    assertEquals(ReplicaReceipt.State.HINTED, state(course, A));
    assertEquals(ReplicaReceipt.State.UNANSWERED, state(course, E));
    assertSame(PutStep.NOTHING, course.hintKept(A, true));
  }

  @Test
  void settlesWithoutHintsOfWhichNothingIsHeard() {
    PutCourse course = begun(Consistency.ONE, ABC);
    reply(course, A, applied());
    assertSame(PutStep.NOTHING, course.hintsOverdue(), "none is wanted yet");
    course.deadlineReached();
    assertFalse(course.hintKept(B, true).isSettled());
    assertTrue(course.hintsOverdue().isSettled());
    assertEquals(ReplicaReceipt.State.HINTED, state(course, B));
    assertEquals(ReplicaReceipt.State.UNANSWERED, state(course, C));
    assertSame(PutStep.NOTHING, course.hintKept(C, true));
    assertSame(PutStep.NOTHING, course.hintsOverdue());
  }

  @Test
  void aReplicaThatIsSupersededNeedsNoHint() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    reply(course, B, applied());
    PutStep step = reply(course, C, superseded(NEWER));
    assertEquals(List.of(), step.hints());
    assertTrue(step.isSettled());
  }

  @Test
  void lateRepliesCountInTheSettledReceipt() {
    PutCourse course = begun(Consistency.ONE, ABC);
    PutStep step = reply(course, A, applied());
    Receipt early = assertInstanceOf(PutOutcome.Written.class, step.answer()).receipt();
    assertEquals(1, early.acknowledged());
    assertFalse(step.isSettled());
    assertSame(PutStep.NOTHING, reply(course, B, applied()));
    assertTrue(reply(course, C, applied()).isSettled());
    assertEquals(3, course.receipt().acknowledged());
  }

  @Test
  void aReplyWhileHintsAreKeptCountsInTheSettledReceipt() {
    PutCourse course = begun(Consistency.ONE, stable(1, A, B));
    reply(course, A, applied());
    assertEquals(List.of(B), course.deadlineReached().hints());
    assertSame(PutStep.NOTHING, reply(course, B, applied()));
    assertTrue(course.hintKept(B, true).isSettled());
    assertEquals(ReplicaReceipt.State.ACKNOWLEDGED, state(course, B));
    assertEquals(2, course.receipt().acknowledged());
  }

  @Test
  void aReplyAfterItIsSettledChangesTheReceiptNoMore() {
    PutCourse course = begun(Consistency.ONE, stable(1, A, B));
    reply(course, A, applied());
    course.deadlineReached();
    assertTrue(course.hintKept(B, false).isSettled());
    Receipt settled = course.receipt();
    assertSame(PutStep.NOTHING, reply(course, B, applied()));
    assertEquals(settled, course.receipt());
  }

  @Test
  void atTheDeadlineItMayHaveBeenApplied() {
    PutCourse course = begun(Consistency.QUORUM, ABC);
    reply(course, A, applied());
    PutStep step = course.deadlineReached();
    Receipt receipt = assertInstanceOf(PutOutcome.MaybeApplied.class, step.answer()).receipt();
    assertEquals(1, receipt.acknowledged());
    assertEquals(List.of(B, C), step.hints());
  }

  @Test
  void theReceiptNamesZonesTimesAndReasons() {
    PutCourse course = begun(Consistency.ONE, ABC);
    course.replied(A, 1, refused(RefusalReason.OVERLOADED), Duration.ofMillis(5));
    course.replied(B, 1, applied(), Duration.ofMillis(7));
    List<ReplicaReceipt> receipts = course.receipt().replicas();
    assertEquals(
        new ReplicaReceipt(
            A,
            "north",
            ReplicaReceipt.State.FAILED,
            Duration.ofMillis(5),
            RefusalReason.OVERLOADED),
        receipts.get(0));
    assertEquals("", receipts.get(1).zone());
    assertEquals(Duration.ofMillis(7), receipts.get(1).after());
    assertFalse(course.receipt().isUnderReplicated());
  }

  private static PutCourse course(
      Consistency consistency, Configuration configuration, NodeId... dead) {
    return new PutCourse(
        new PutPlan(
            KEY,
            ENTRY,
            consistency,
            configuration,
            Set.of(dead),
            Map.of(A, "north"),
            3,
            "every write"));
  }

  private static ReplicaReceipt receiptOf(PutCourse course, NodeId node) {
    return course.receipt().replicas().stream()
        .filter(one -> one.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static PutCourse begun(Consistency consistency, Configuration configuration) {
    PutCourse course = course(consistency, configuration);
    course.begin();
    return course;
  }

  private static PutStep reply(PutCourse course, NodeId node, ReplicaReply reply) {
    return replyOfRound(course, node, 1, reply);
  }

  private static PutStep replyOfRound(
      PutCourse course, NodeId node, int round, ReplicaReply reply) {
    return course.replied(node, round, reply, Duration.ofMillis(1));
  }

  private static Refusal refusal(PutStep step) {
    assertNotNull(step.answer());
    return assertInstanceOf(PutOutcome.Refused.class, step.answer()).refusal();
  }

  private static void assertNothingKept(PutStep step) {
    assertEquals(List.of(), step.sends());
    assertEquals(List.of(), step.hints());
    assertTrue(step.isSettled());
  }

  private static ReplicaReceipt.State state(PutCourse course, NodeId node) {
    return course.receipt().replicas().stream()
        .filter(receipt -> receipt.node().equals(node))
        .findFirst()
        .orElseThrow()
        .state();
  }
}
