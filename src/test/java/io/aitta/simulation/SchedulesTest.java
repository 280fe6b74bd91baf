package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Entry;
import io.aitta.model.PutOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Schedules that break a store which lacks one of the rules that make the promises true, each moved
 * by hand. Three replicas A, B, C; QUORUM both ways unless said; x, y are values.
 */
final class SchedulesTest {
  private final Script script = new Script("A", "B", "C");

  private static void assertWritten(ScriptedPut put) {
    assertInstanceOf(PutOutcome.Written.class, put.outcome());
  }

  private void assertHolds(String replica, String value) {
    Entry copy = script.copy(replica);
    assertEquals(
        value, copy == null ? "absent" : copy.tombstone() ? "deleted" : copy.value().utf8());
  }

  // Rule 1: re-stamping a superseded put.

  @Test
  void aPutThatWasReadAndDeletedIsNotRestampedByItsLateFrames() {
    ScriptedPut put = script.put("Z", "x").exchange("A");
    assertEquals("x", script.get("B", "A", "B").exchange("B").result());
    script.pass(1);
    assertWritten(script.delete("B").exchange("B").exchange("C"));
    put.exchange("B").exchange("C");
    // B applied x by the repair, so x counts as applied there, and stays what it is.
    assertWritten(put);
    assertFalse(put.isAsking("A"), "sent again");
    assertEquals("absent", script.get("A", "B", "C").result());
    assertEquals("absent", script.get("A", "A", "C").exchange("A").result());
  }

  @Test
  void aPutThatWasReadAndIsOverwrittenInTheVeryBatchOfItsLateFrameIsNotRestamped() {
    ScriptedPut put = script.put("Z", "x").deliver("A");
    assertEquals("x", script.get("B", "A", "B").exchange("B").result());
    script.pass(1);
    ScriptedPut delete = script.delete("C").exchange("C");
    script.deliverTogether("B", delete, put);
    assertWritten(delete.answer("B"));
    put.answer("B").exchange("C").answer("A");
    assertWritten(put);
    assertFalse(put.isAsking("A"), "re-stamped");
    assertEquals("absent", script.get("B", "B", "C").result());
  }

  @Test
  void aPutThatAMajorityNeverAppliedTakesEffectUnderAHigherVersion() {
    script.node("B").setClockAhead(1_000);
    assertWritten(script.put("B", "old").exchange("B").exchange("C"));
    ScriptedPut put = script.put("Z", "new").exchange("B").exchange("C");
    assertNull(put.outcome());
    put.exchange("B").exchange("C");
    assertWritten(put);
    assertEquals("new", script.get("A", "B", "C").result());
    // The frame of the first version comes last of all, and changes nothing.
    put.deliver("A").deliver("A");
    assertEquals("new", script.get("A", "A", "C").result());
  }

  @Test
  void oneReplicaThatHoldsNewerIsNoReasonToRestamp() {
    script.node("B").setClockAhead(1_000);
    ScriptedPut other = script.put("B", "other").exchange("B");
    ScriptedPut put = script.put("Z", "x").exchange("B").deliver("A").exchange("C");
    assertFalse(put.isAsking("B"));
    put.answer("A");
    assertWritten(put);
    assertNull(other.outcome());
    // The other put was never acknowledged: it may win or not, but once read it stays.
    assertEquals("other", script.get("A", "B", "C").exchange("C").result());
    assertEquals("other", script.get("A", "A", "C").exchange("A").result());
  }

  @Test
  void aRestartedReplicaDoesNotAnswerForWhatItsEarlierRunApplied() {
    ScriptedPut put = script.put("Z", "x").deliver("A");
    assertEquals("x", script.get("B", "A", "B").exchange("B").result());
    script.node("B").restart();
    script.pass(1);
    assertWritten(script.delete("C").exchange("B").exchange("C"));
    // B does not remember that it held x, and says so rather than that it never did.
    put.exchange("B").exchange("C").answer("A").deadline();
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.outcome());
    assertFalse(put.isAsking("A"), "re-stamped");
    assertEquals("absent", script.get("B", "B", "C").result());
  }

  @Test
  void aPutThatTooFewAcknowledgedMayHaveBeenAppliedAndSurfacesOnce() {
    ScriptedPut put = script.put("Z", "x").exchange("A").deadline();
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.outcome());
    assertEquals("absent", script.get("B", "B", "C").result());
    assertEquals("x", script.get("B", "A", "B").exchange("B").result());
    assertEquals("x", script.get("C", "B", "C").exchange("C").result());
    script.pass(1);
    assertWritten(script.delete("C").exchange("B").exchange("C"));
    assertEquals("absent", script.get("A", "A", "B").exchange("A").result());
  }

  // Rule 2: reads.

  @Test
  void majorityReadsNeverGoBackInTime() {
    script.put("Z", "x").deliver("A"); // and its coordinator dies
    ScriptedGet first = script.get("Z", "A", "B");
    assertEquals("pending", first.result());
    first.exchange("B");
    assertEquals("x", first.result());
    assertEquals("x", script.get("C", "B", "C").exchange("C").result());
  }

  @Test
  void whatCannotBeRepairedIsNotAnswered() {
    script.put("Z", "x").deliver("A");
    ScriptedGet get = script.get("Z", "A", "B");
    script.node("B").restart();
    get.exchange("B"); // the repair was meant for the earlier run
    assertEquals("pending", get.result());
    assertEquals("unavailable", get.deadline().result());
    assertEquals("absent", script.get("C", "B", "C").result());
  }

  @Test
  void aRepairThatIsSupersededMakesTheHigherVersionTheResult() {
    script.put("Z", "x").deliver("A");
    ScriptedGet get = script.get("Z", "A", "B");
    script.pass(1);
    script.put("C", "y").deliver("B");
    get.exchange("B"); // B answers that it holds y, which A then gets
    assertEquals("pending", get.result());
    get.exchange("A");
    assertEquals("y", get.result());
    assertHolds("A", "y");
  }

  // Rule 9: amnesia.

  @Test
  void aReplicaThatLostARecordCountsForNoQuorum() {
    assertWritten(script.put("Z", "x").exchange("A").exchange("B"));
    script.node("A").corrupt();
    ScriptedGet get = script.get("Z", "A", "C");
    assertEquals("pending", get.result());
    get.exchange("B").exchange("C");
    assertEquals("x", get.result());
    // Nor does it take puts, which would make it look as if it remembered.
    ScriptedPut put = script.put("Z", "y").exchange("A").exchange("C").deadline();
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.outcome());
  }

  // Rule 11: time to live.

  @Test
  void anExpiredValueNeverUncoversAnOlderOne() {
    assertWritten(script.put("Z", "x").exchange("A").exchange("B").exchange("C"));
    script.pass(1);
    assertWritten(script.put("Z", "y", 100).exchange("A").exchange("B"));
    script.pass(200);
    assertEquals("absent", script.get("C", "A", "C").exchange("C").result());
    assertEquals("absent", script.get("C", "B", "C").result());
    assertEquals("absent", script.get("A", "A", "B").result());
  }

  @Test
  void aRepairKeepsTheInstantOfExpiry() {
    ScriptedPut put = script.put("Z", "x", 1_000).deliver("A");
    script.pass(500);
    assertEquals("x", script.get("Z", "A", "B").exchange("B").result());
    assertEquals(script.copy("A"), script.copy("B"));
    script.pass(501);
    assertEquals("absent", script.get("Z", "A", "B").result());
    assertNull(put.outcome());
  }

  @Test
  void whatOneReaderFoundExpiredNoLaterOneFinds() {
    assertWritten(script.put("A", "x", 400).exchange("A").exchange("B").exchange("C"));
    script.node("Z").setClockAhead(450);
    ScriptedGet ahead = script.get("Z", "A", "B");
    assertEquals("absent", ahead.result());
    assertEquals("absent", script.get("A", "A", "C").result());
  }

  @Test
  void aReaderTooFarAheadForTheReplicasToFollowDurablyIsNotAnswered() {
    assertWritten(script.put("A", "x", 1_000).exchange("A").exchange("B").exchange("C"));
    script.node("Z").setClockAhead(1_900);
    script.node("Z").raiseCeiling();
    ScriptedGet ahead = script.get("Z", "A", "B").exchange("A").exchange("B");
    assertEquals("unavailable", ahead.deadline().result());
    script.node("A").restart();
    script.node("B").restart();
    assertEquals("x", script.get("A", "A", "B").result());
    // As soon as they have made higher ceilings durable it is answered, for good.
    script.get("Z", "A", "B");
    script.node("A").raiseCeiling();
    script.node("B").raiseCeiling();
    assertEquals("absent", script.get("Z", "A", "B").result());
    script.node("A").restart();
    script.node("B").restart();
    assertEquals("absent", script.get("A", "A", "B").result());
  }

  @Test
  void aValueIsNotServedPastItsExpiryThoughNoCeilingCanBeStored() {
    assertWritten(script.put("A", "x", 1_000).exchange("A").exchange("B").exchange("C"));
    script.passWithFullDisks(999);
    assertEquals("x", script.get("A", "A", "B").result());
    script.passWithFullDisks(1);
    ScriptedGet get = script.get("A", "A", "B").exchange("A").exchange("B");
    assertEquals("pending", get.result(), "a crash would forget that it was found expired");
    assertEquals("unavailable", get.deadline().result());
    // Two replicas with room again are enough, whatever the coordinator's disk is like.
    script.node("B").raiseCeiling();
    script.node("C").raiseCeiling();
    assertEquals("absent", script.get("A", "B", "C").result());
    script.node("B").restart();
    script.node("C").restart();
    assertEquals("absent", script.get("A", "B", "C").result());
  }

  // Rule 12: versions are unique.

  @Test
  void aClockThatWasSetBackStampsNoVersionTwice() {
    ScriptedPut before = script.put("A", "x");
    assertWritten(before.exchange("A").exchange("B"));
    script.node("A").setClockAhead(-60_000);
    script.node("A").restart();
    ScriptedPut after = script.put("A", "y");
    assertTrue(after.version().isNewerThan(before.version()));
    assertWritten(after.exchange("A").exchange("B"));
    assertEquals("y", script.get("C", "B", "C").exchange("C").result());
  }

  // Rule 13: the clock bound.

  @Test
  void aNodeAnHourAheadBlocksNoKey() {
    script.node("Z").setClockAhead(3_600_000);
    script.put("Z", "x").exchange("A").exchange("B").exchange("C");
    for (String replica : List.of("A", "B", "C")) {
      assertNull(script.copy(replica));
    }
    assertWritten(script.put("A", "y").exchange("A").exchange("B"));
    assertEquals("y", script.get("C", "A", "C").exchange("C").result());
  }

  @Test
  void aReplicaThatCannotStoreACeilingFindsNoPutOfThePresentTooFarAhead() {
    script.passWithFullDisks(60_000);
    ScriptedPut put = script.put("Z", "x").exchange("A").exchange("B");
    assertWritten(put);
    assertHolds("A", "x");
  }
}
