package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.Configuration;
import io.aitta.model.PutOutcome;
import io.aitta.model.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Schedules in which nodes know different configurations of a partition, each moved by hand; those
 * of the consensus alone are in {@code PartitionSuccessionTest}. QUORUM both ways; w, x are values;
 * who is named first are the old members.
 */
final class SuccessionSchedulesTest {
  private static Script abc() {
    return new Script("A", "B", "C");
  }

  private static void assertWritten(ScriptedPut put) {
    assertInstanceOf(PutOutcome.Written.class, put.outcome());
  }

  private static void load(Script script, String... nodes) {
    for (String node : nodes) {
      script.changes().load(node, "B", "C");
    }
  }

  // Rule 6: served, not just decided.

  /** {A,B,C} → {A,D,E}, decided, and stored by A alone: B and C go on as before. */
  @Test
  void whatIsDecidedIsActedOnOnceAMajorityStoredIt() {
    Script script = abc();
    ScriptedPut byTheOldOne = script.put("Z", "x");
    script.pass(1);
    script.changes().decide("A", "A", "D", "E");
    ScriptedPut put = script.put("A", "w").exchange("A").exchange("B").exchange("C");
    assertNull(put.outcome());
    for (String replica : List.of("A", "B", "C")) {
      assertNull(script.copy(replica), "nobody carries out what is not served");
    }
    assertWritten(byTheOldOne.exchange("B").exchange("C"));
    assertEquals("x", script.read("B", "C"));
    script.changes().store("B", "D");
    assertWritten(put.askAgain().exchange("A").exchange("B").exchange("D"));
    assertEquals("w", script.read("A", "B", "D"));
  }

  /**
   * {A,B,C} → {A,D,E}, then {A,D,E} | {B,C}: the new members, though a majority of theirs, decide
   * nothing; the old ones go back. Were both to decide, B and C would acknowledge w as the only
   * ones that know of it, and A and D read past them.
   */
  @Test
  void theSuccessorOfAJointConfigurationIsDecidedByTheOldMembers() {
    Script script = abc();
    ScriptedChanges changes = script.changes();
    changes.become("A", "A", "D", "E");
    load(script, "A", "D", "E");
    Configuration joint = script.node("A").configuration();
    Configuration end = changes.planned("A", "A", "D", "E");
    assertNotNull(end);
    changes.propose("D", end);
    changes.arriveAmong("A", "D", "E");
    changes.loseTheRest();
    assertEquals(joint, script.node("A").configuration());
    Configuration back =
        Configuration.stable(Script.PARTITION, joint.epoch().next(), joint.members());
    changes.propose("B", back);
    changes.arriveAmong("B", "C");
    assertEquals(back, script.node("C").configuration());
    assertWritten(script.put("B", "w").exchange("B").exchange("C"));
    changes.settle();
    assertEquals(back, script.node("D").configuration());
    assertEquals("w", script.read("A", "B"));
  }

  /** {A,B,C} → {A,D,E}: B and C start again, and a client of B puts w. */
  @Test
  void theNewestConfigurationIsKeptOverAStart() {
    assertEquals("w", putAfterAStart(abc()));
    assertEquals(
        "absent",
        putAfterAStart(new Script(Mistake.CONFIGURATIONS_ARE_FORGOTTEN, "A", "B", "C")),
        "lost");
  }

  private static String putAfterAStart(Script script) {
    script.changes().become("A", "A", "D", "E");
    load(script, "A", "D", "E");
    script.changes().finish("A");
    script.node("B").restart();
    script.node("C").restart();
    ScriptedPut put = script.put("B", "w");
    List.of("B", "C", "A", "D").forEach(put::exchangeIfAsked);
    assertWritten(put);
    return script.read("D", "E");
  }

  // Rule 1: one put, one version.

  /** {A,B,C} → {A,B,D}: A applied w by the old configuration, and again by the new one. */
  @Test
  void aPutThatIsRetriedForANewerConfigurationKeepsItsVersion() {
    Script script = abc();
    ScriptedPut put = script.put("Z", "w").deliver("A");
    Version version = put.version();
    script.changes().become("A", "A", "B", "D");
    put.exchange("B").exchange("B").answer("A").exchange("A");
    assertWritten(put);
    assertEquals(version, put.version());
    assertEquals(script.copy("A"), script.copy("B"));
  }

  /**
   * {A,B,C} → {C,D,E}: A applied x, a reader saw it in A and B, and it was deleted before C, D and
   * E took over; they never held x, and that says nothing.
   */
  @Test
  void aPutThatWasReadAndDeletedBeforeTheMoveIsNotRestampedAfterIt() {
    Script script = abc();
    ScriptedPut put = script.put("Z", "x").deliver("A");
    assertEquals("x", script.read("A", "B"));
    script.pass(1);
    assertWritten(script.delete("B").exchange("B").exchange("C"));
    script.changes().become("A", "C", "D", "E");
    load(script, "C", "D", "E");
    script.changes().finish("A");
    put.exchange("B").exchange("C").exchange("C").exchange("D").exchange("E");
    assertFalse(put.isAsking("D"), "re-stamped");
    assertInstanceOf(PutOutcome.MaybeApplied.class, put.outcome());
    assertEquals("absent", script.read("D", "E"));
  }
}
