package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.HybridTime;
import io.aitta.model.PutOutcome;
import org.junit.jupiter.api.Test;

/**
 * Schedules that lose or fork what was written while a partition moves, each moved by hand: once as
 * it is, and where it says so once more with the mistake that the rule is there against. QUORUM
 * both ways; w, x are values; who is named first are the old members.
 */
final class ReconfigurationSchedulesTest {
  private static Script abc() {
    return new Script("A", "B", "C");
  }

  private static Script abc(Mistake mistake) {
    return new Script(mistake, "A", "B", "C");
  }

  private static void assertWritten(ScriptedPut put) {
    assertInstanceOf(PutOutcome.Written.class, put.outcome());
  }

  /** Everybody who is to hold {A,D,E} loads it from A and B. */
  private static void moveToAde(Script script) {
    script.changes().become("A", "A", "D", "E");
    script.changes().load("A", "B");
    script.changes().load("D", "A", "B");
    script.changes().load("E", "A", "B");
  }

  // Rule 3: reads and writes in a joint configuration.

  /** {A,B,C} → {A,D,E}: x reaches A and B, its coordinator dies, a reader hears A and B. */
  @Test
  void whatAReaderSawInAJointConfigurationIsThereAfterIt() {
    assertEquals("x", readOfAHalfWrittenPut(abc()));
    assertEquals(
        "absent", readOfAHalfWrittenPut(abc(Mistake.JOINT_READS_COUNT_IN_THE_OLD_SET)), "lost");
  }

  private static String readOfAHalfWrittenPut(Script script) {
    moveToAde(script);
    script.put("Z", "x").deliver("A").deliver("B");
    assertEquals("x", script.read("A", "B", "D"));
    script.changes().finish("A");
    return script.read("D", "E");
  }

  /** {A,B,C} → {A,D,E}: A and B hold x, and neither D nor E can be given it. */
  @Test
  void whatTheNewSetCannotBeGivenIsNotAnswered() {
    Script script = abc();
    moveToAde(script);
    script.put("Z", "x").deliver("A").deliver("B");
    ScriptedGet get = script.get("Z", "A", "B");
    assertEquals("pending", get.result());
    assertEquals("unavailable", get.deadline().result());
  }

  /** {A,B,C} → {A,D,E}: A and B acknowledge w. */
  @Test
  void aJointPutIsWrittenOnceBothSetsHoldIt() {
    assertEquals("w", writeInBothSets(abc()));
    assertEquals("absent", writeInBothSets(abc(Mistake.JOINT_WRITES_COUNT_IN_THE_OLD_SET)), "lost");
  }

  private static String writeInBothSets(Script script) {
    moveToAde(script);
    ScriptedPut put = script.put("Z", "w").exchange("A").exchange("B");
    if (put.outcome() == null) {
      put.exchange("D");
    }
    assertWritten(put);
    script.changes().finish("A");
    return script.read("D", "E");
  }

  // Rule 4: sources are fenced before they are copied.

  /**
   * {A,B,C} → {B,C,D}: A acknowledges w, and is fenced, as B is. C is copied before it is fenced,
   * and acknowledges w after that.
   */
  @Test
  void whoDidNotStoreTheJointConfigurationIsNoSource() {
    assertEquals("w", writeBehindASnapshot(abc()));
    assertEquals("absent", writeBehindASnapshot(abc(Mistake.SOURCES_ARE_NOT_FENCED)), "lost");
  }

  private static String writeBehindASnapshot(Script script) {
    ScriptedPut put = script.put("Z", "w").exchange("A");
    script.changes().decide("A", "B", "C", "D");
    script.changes().store("B", "D");
    script.changes().load("B", "C");
    script.changes().load("D", "B", "C");
    assertWritten(put.exchange("C"));
    script.changes().settle();
    script.changes().load("C", "B");
    script.changes().load("B", "C");
    script.changes().load("D", "B", "C");
    script.changes().finish("A");
    return script.read("B", "D");
  }

  /** {A,B,C} → {A,D,E}: A and B hold x, D and E copy C alone. */
  @Test
  void oneSourceIsNotEnough() {
    assertEquals("x", copyOfAMinority(abc()));
    assertEquals("absent", copyOfAMinority(abc(Mistake.ONE_SOURCE_IS_ENOUGH)), "lost");
  }

  private static String copyOfAMinority(Script script) {
    script.put("Z", "x").deliver("A"); // and its coordinator dies
    assertEquals("x", script.read("A", "B"));
    script.changes().become("A", "A", "D", "E");
    script.changes().load("A", "C");
    script.changes().load("D", "C", "B");
    script.changes().load("E", "C", "B");
    script.changes().finish("A");
    return script.read("D", "E");
  }

  /**
   * {A,B,C} → {A,D,E}, back to {A,B,C}, and once more: pages of A for the first attempt arrive in
   * the second; A and C acknowledged w in between, B did not.
   */
  @Test
  void pagesOfAnEarlierAttemptAreDiscarded() {
    assertEquals("w", latePages(false));
    assertEquals("absent", latePages(true), "lost");
  }

  private static String latePages(boolean areTakenForNew) {
    Script script = abc();
    ScriptedChanges changes = script.changes();
    changes.become("A", "A", "D", "E");
    ScriptedLoad lateOfD = changes.load("D").ask("A");
    ScriptedLoad lateOfE = changes.load("E").ask("A");
    changes.end("A", "A", "B", "C");
    assertWritten(script.put("Z", "w").exchange("A").exchange("C"));
    changes.become("A", "A", "D", "E");
    changes.load("A", "B");
    changes.load("D").takeIf(areTakenForNew, lateOfD).ask("B").arrive();
    changes.load("E").takeIf(areTakenForNew, lateOfE).ask("B").arrive();
    lateOfD.arrive(); // by the configuration that it was asked for by, which is over
    lateOfE.arrive();
    if (!areTakenForNew) {
      assertNull(changes.planned("A", "A", "D", "E"), "not loaded");
      changes.load("D", "A", "B");
      changes.load("E", "A", "B");
    }
    changes.finish("A");
    return script.read("D", "E");
  }

  // Rule 5: everybody merges, not only newcomers.

  /** {A,B,C,D,E} → {A,B,C}: w is acknowledged by C, D and E. */
  @Test
  void whoWasAMemberBeforeMergesToo() {
    assertEquals("w", shrink(new Script("A", "B", "C", "D", "E")));
    assertEquals(
        "absent",
        shrink(new Script(Mistake.ONLY_NEWCOMERS_MERGE, "A", "B", "C", "D", "E")),
        "lost");
  }

  private static String shrink(Script script) {
    assertWritten(script.put("Z", "w").exchange("C").exchange("D").exchange("E"));
    script.changes().become("A", "A", "B", "C");
    script.changes().load("A", "B", "D");
    script.changes().load("B", "A", "E");
    script.changes().load("C", "A", "B");
    script.changes().end("A", "A", "B", "C");
    return script.read("A", "B");
  }

  // Rule 15: counting.

  /** {A,B,C} → {A,D,E}: A, who is in both sets, counts in both, and once in the receipt. */
  @Test
  void anAcknowledgementOfWhoIsInBothSetsCountsInBoth() {
    Script script = abc();
    script.changes().become("A", "A", "D", "E");
    ScriptedPut put = script.put("Z", "w").exchange("A").exchange("D");
    assertNull(put.outcome(), "A alone of the old ones");
    put.exchange("B");
    assertEquals(
        3, assertInstanceOf(PutOutcome.Written.class, put.outcome()).receipt().acknowledged());
  }

  /** {A,B,C} → {C,D,E}: A, B and D acknowledge w, three of five. */
  @Test
  void majoritiesAreComputedForEachSet() {
    assertEquals("w", writeToThreeOfFive(abc()));
    assertEquals("absent", writeToThreeOfFive(abc(Mistake.JOINT_SETS_COUNT_AS_ONE)), "lost");
  }

  private static String writeToThreeOfFive(Script script) {
    script.changes().become("A", "C", "D", "E");
    script.changes().load("C", "A");
    script.changes().load("D", "A", "B");
    script.changes().load("E", "A", "B");
    ScriptedPut put = script.put("Z", "w").exchange("A").exchange("B").exchange("D");
    if (put.outcome() == null) {
      put.exchange("E");
    }
    assertWritten(put);
    script.changes().finish("A");
    return script.read("C", "E");
  }

  // What others got wrong when counts changed under a request.

  /** {A,B,C} → {A,B,D}, C cut off: a put by {A,B,C} that waited reaches A and C. */
  @Test
  void aPutByAnOldConfigurationCountsByTheNewOne() {
    assertEquals("w", putByAnOldView(abc()));
    assertEquals("absent", putByAnOldView(abc(Mistake.OLD_EPOCHS_ARE_SERVED)), "lost");
  }

  private static String putByAnOldView(Script script) {
    ScriptedPut put = script.put("Z", "w");
    script.node("C").cutOff();
    script.changes().become("A", "A", "B", "D");
    script.changes().load("A", "B");
    script.changes().load("B", "A");
    script.changes().load("D", "A", "B");
    script.changes().finish("A");
    put.exchange("C").exchange("A");
    if (put.outcome() == null) {
      put.exchange("A").exchange("B").exchange("B"); // what B gets first is by the old one
    }
    assertWritten(put);
    return script.read("B", "D");
  }

  /** {A,B,C} → {A,D,E}: w is in A and B; D and E have nothing yet. */
  @Test
  void whoJoinsSaysNothingBeforeItHasLoaded() {
    Script script = abc();
    assertWritten(script.put("Z", "w").exchange("A").exchange("B"));
    script.changes().become("A", "A", "D", "E");
    assertNull(script.changes().planned("A", "A", "D", "E"));
    assertEquals("pending", script.read("C", "D", "E"));
    assertEquals("w", script.read("C", "D", "E", "B"), "D and E are given it");

    Script mistaken = abc(Mistake.JOINERS_COUNT_BEFORE_THEY_LOADED);
    assertWritten(mistaken.put("Z", "w").exchange("A").exchange("B"));
    mistaken.changes().become("A", "A", "D", "E");
    mistaken.changes().finish("A");
    assertEquals("absent", mistaken.read("D", "E"), "lost");
  }

  /** {A,B,C} → {A,D,E}: x is in A alone, its put unanswered; B and C are what is copied. */
  @Test
  void aPutThatNobodyAcknowledgedSurfacesForGoodOrNever() {
    Script script = abc();
    script.put("Z", "x").deliver("A");
    assertEquals("absent", script.read("B", "C"));
    script.changes().become("A", "A", "D", "E");
    script.changes().load("A", "B");
    script.changes().load("D", "B", "C");
    script.changes().load("E", "B", "C");
    script.changes().finish("A");
    assertEquals("absent", script.read("D", "E"));
    assertEquals("x", script.read("A", "D"));
    assertEquals("x", script.read("D", "E"));
  }

  // Rule 1: what was applied and overwritten since.

  /**
   * {A} → {B}: A acknowledges x. y, whose coordinator's clock is behind x's, reaches B before B
   * loads x from A, and A only when it is no member any more.
   */
  @Test
  void whatWasOverwrittenByAnEarlierPutIsNotAcknowledged() {
    Script script = new Script("A");
    script.node("E").observe(HybridTime.ofMillis(script.nowMillis() + 500));
    assertWritten(script.put("E", "x").exchange("A"));
    script.changes().become("A", "B");
    ScriptedPut y = script.put("Z", "y").deliver("B");
    script.changes().load("B", "A");
    script.changes().finish("A");
    y.exchange("A").answer("B").exchange("B"); // the first answer of B is of the earlier round
    assertInstanceOf(PutOutcome.MaybeApplied.class, y.outcome(), "B holds x");
    assertEquals("x", script.read("B"));
  }

  // Rule 11: what a reader found expired, no later one finds by the clocks of other members.

  /** {A,B,C} → {A,D,E}: a reader whose clock is ahead, within the bound, takes A and B along. */
  @Test
  void whatWasFoundExpiredByTheOldMembersIsNotFoundByTheNewOnes() {
    Script script = abc();
    assertWritten(script.put("A", "x", 1_000).exchange("A").exchange("B").exchange("C"));
    script.node("Z").setClockAhead(1_500);
    script.node("Z").raiseCeiling();
    script.get("Z", "A", "B");
    script.node("A").raiseCeiling();
    script.node("B").raiseCeiling();
    assertEquals("absent", script.get("Z", "A", "B").result());
    script.changes().become("A", "A", "D", "E");
    script.changes().load("A", "B");
    ScriptedLoad d = script.changes().load("D").ask("A").arrive().ask("B").arrive();
    ScriptedLoad e = script.changes().load("E").ask("A").arrive().ask("B").arrive();
    assertNull(
        script.changes().planned("A", "A", "D", "E"), "their times would be forgotten by a crash");
    script.node("D").raiseCeiling();
    script.node("E").raiseCeiling();
    d.recordIfComplete();
    e.recordIfComplete();
    script.changes().finish("A");
    script.node("D").restart();
    script.node("E").restart();
    assertEquals("absent", script.get("D", "D", "E").result());
  }

  /** {A,B,C} → {A,D,E}: the clocks of A and B are an hour ahead, which nobody follows. */
  @Test
  void clocksThatAreWrongHoldNothingUpForLongerThanTenBounds() {
    Script script = abc();
    script.node("A").setClockAhead(3_600_000);
    script.node("B").setClockAhead(3_600_000);
    script.pass(0);
    assertWritten(script.put("C", "x").exchange("A").exchange("B").exchange("C"));
    script.changes().become("A", "A", "D", "E");
    script.changes().load("A", "B");
    ScriptedLoad d = script.changes().load("D").ask("A").arrive().ask("B").arrive();
    ScriptedLoad e = script.changes().load("E").ask("A").arrive().ask("C").arrive();
    assertNull(script.changes().planned("A", "A", "D", "E"));
    script.pass(10 * Script.BOUND_MILLIS);
    d.recordIfComplete();
    e.recordIfComplete();
    script.changes().finish("A");
    assertEquals("x", script.get("D", "D", "E").result());
  }

  /** {A,B,C} → {A,D,E}: the clock of A is an hour ahead; B and C are whom D and E can rely on. */
  @Test
  void aSourceWhoseClockIsWrongIsMadeUpForByOthers() {
    Script script = abc();
    script.node("A").setClockAhead(3_600_000);
    script.pass(0);
    assertWritten(script.put("C", "x").exchange("B").exchange("C"));
    script.changes().become("B", "A", "D", "E");
    script.changes().load("A", "B");
    script.changes().load("D").ask("A").arrive().ask("B").arrive().ask("C").arrive();
    script.changes().load("E").ask("A").arrive().ask("B").arrive().ask("C").arrive();
    script.changes().finish("A");
    assertEquals("x", script.get("D", "D", "E").result());
  }
}
