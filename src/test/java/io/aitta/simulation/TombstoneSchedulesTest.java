package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.Entry;
import io.aitta.model.PutOutcome;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.TombstoneProof.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Schedules in which what was deleted could come back when its tombstone is dropped (rules 7 and
 * 8), each moved by hand. QUORUM both ways; x is a value.
 */
final class TombstoneSchedulesTest {

  private static void assertWritten(ScriptedPut put) {
    assertInstanceOf(PutOutcome.Written.class, put.outcome());
  }

  private static void putEverywhere(Script script) {
    assertWritten(script.put("Z", "x").exchange("A").exchange("B").exchange("C"));
  }

  private static void deleteEverywhere(Script script) {
    assertWritten(script.delete("Z").exchange("A").exchange("B").exchange("C"));
  }

  private static ScriptedProof proof(Script script, String asking) {
    return new ScriptedProof(script, asking, script.first());
  }

  /** A, B and C drop what is dead. */
  private static void drop(Script script) {
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof proof = proof(script, "A").confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    proof.drop("A", "B", "C");
    assertNull(script.copy("A"));
    assertNull(script.copy("B"));
    assertNull(script.copy("C"));
  }

  private static ReplicaReply write(
      Script script, String replica, Entry entry, WriteOrigin origin) {
    return script
        .node(replica)
        .handle(
            List.of(new ReplicaRequest.Write(Script.KEY, script.first().epoch(), entry, origin)))
        .get(0);
  }

  /**
   * {A,B,C} → {A,B,D}: D copied x; the delete is acknowledged by A and B, and confirmed by A, B and
   * C.
   */
  private static String readAfterAProofOfTheConfigurationBefore(Script script) {
    putEverywhere(script);
    script.changes().become("A", "A", "B", "D");
    script.changes().load("D", "A", "B");
    script.changes().load("A", "B");
    script.changes().load("B", "A");
    ScriptedPut delete = script.delete("Z");
    delete.exchange("A").exchange("B").exchange("C");
    assertWritten(delete);
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof proof = proof(script, "A").confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    proof.drop("A", "B", "C");
    script.changes().end("A", "A", "B", "D");
    return script.read("A", "D");
  }

  @Test
  void aProofIsVoidOnceTheConfigurationChanges() {
    assertEquals("absent", readAfterAProofOfTheConfigurationBefore(new Script("A", "B", "C")));
  }

  @Test
  void hadItOutlivedItsConfigurationTheKeyWouldBeBack() {
    Script script = new Script(Mistake.PROOFS_OUTLIVE_THEIR_CONFIGURATION, "A", "B", "C");
    assertEquals("x", readAfterAProofOfTheConfigurationBefore(script));
  }

  /** {A,B,C}: C lacks the tombstone, and holds x. */
  @Test
  void nothingIsDroppedThatOneMemberLacks() {
    Script script = new Script("A", "B", "C");
    putEverywhere(script);
    assertWritten(script.delete("Z").exchange("A").exchange("B"));
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof proof = proof(script, "A").confirm("A", "B", "C").give("C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    assertEquals(Phase.OVER, proof.phase());
    drop(script); // C holds it by now
    assertEquals("absent", script.read("B", "C"));
  }

  /** {A:absent, C:x}: a reader wants to repair A; the delete comes between, and is dropped. */
  @Test
  void aRepairThatComesAfterTheDropBringsNothingBack() {
    Script script = new Script("A", "B", "C");
    script.put("Z", "x").deliver("C");
    ScriptedGet reader = script.get("Z").exchange("A").exchange("C");
    assertEquals("pending", reader.result());
    deleteEverywhere(script);
    drop(script);
    reader.exchange("A"); // the repair
    assertNull(script.copy("A"));
    reader.exchangeIfAsked("A").exchangeIfAsked("B").exchangeIfAsked("C");
    assertEquals("absent", reader.result());
  }

  @Test
  void hadItBeenTakenTheKeyWouldBeBack() {
    Script script = new Script("A", "B", "C");
    script.put("Z", "x").deliver("C");
    Entry read = script.copy("C");
    assertNotNull(read);
    deleteEverywhere(script);
    drop(script);
    long drops = script.node("A").horizon().drops();
    script
        .node("A")
        .handle(
            List.of(
                new ReplicaRequest.Write(
                    Script.KEY, script.first().epoch(), read, WriteOrigin.REPAIR, drops)));
    assertEquals("x", script.read("A", "B"));
  }

  /** {A,B | C}: the hint of x for C comes when x is deleted, and forgotten. */
  @Test
  void aHintThatComesAfterTheDropBringsNothingBack() {
    Script script = new Script("A", "B", "C");
    assertWritten(script.put("Z", "x").exchange("A").exchange("B"));
    Entry hinted = script.copy("A");
    assertNotNull(hinted);
    deleteEverywhere(script);
    drop(script);
    assertEquals(
        ReplicaReply.Refused.of(RefusalReason.IN_QUESTION),
        write(script, "C", hinted, WriteOrigin.HINT));
    assertEquals("absent", script.read("A", "C"));
  }

  /** {A,B,C}: a put that never arrived anywhere is late, and its key was deleted since. */
  @Test
  void aPutThatNobodyAppliedIsStampedAnewAndLives() {
    Script script = new Script("A", "B", "C");
    ScriptedPut late = script.put("Z", "late");
    deleteEverywhere(script);
    drop(script);
    late.exchange("A").exchange("B").exchange("C"); // its first version is too old
    late.exchange("A").exchange("B");
    assertWritten(late);
    assertEquals("late", script.read("B", "C"));
  }

  /** {A,B,C}: A and C dropped it, and B did not hear of it. */
  @Test
  void aTombstoneDoesNotGoBackAndForthForEver() {
    Script script = new Script("A", "B", "C");
    putEverywhere(script);
    deleteEverywhere(script);
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof first = proof(script, "A").confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    first.drop("A", "C");
    assertNotNull(script.copy("B"));
    ScriptedProof second = proof(script, "B").confirm("A", "B", "C").give("A").give("C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    assertEquals(Phase.OVER, second.phase(), "A and C lacked it");
    drop(script);
  }

  /** {A,B,D} → {A,B,C} → {A,B,D}: D kept x when it left. */
  private static String readAfterDCameBack(Script script) {
    assertWritten(script.put("Z", "x").exchange("A").exchange("B").exchange("D"));
    move(script, "C");
    deleteEverywhere(script);
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof proof =
        new ScriptedProof(script, "A", script.node("A").configuration()).confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    proof.drop("A", "B", "C");
    move(script, "D");
    return script.read("A", "D");
  }

  private static void move(Script script, String third) {
    script.changes().become("A", "A", "B", third);
    script.changes().load("A", "B");
    script.changes().load("B", "A");
    script.changes().load(third, "A", "B");
    script.changes().end("A", "A", "B", third);
  }

  @Test
  void whoComesBackBeginsWithNothing() {
    assertEquals("absent", readAfterDCameBack(new Script("A", "B", "D")));
  }

  @Test
  void hadItKeptWhatItHeldTheKeyWouldBeBack() {
    assertEquals("x", readAfterDCameBack(new Script(Mistake.LEFTOVERS_ARE_KEPT, "A", "B", "D")));
  }

  /**
   * {A,B,C} → {A,B,D}, back, and once more: the page of C with x that D asked for at first arrives
   * after the delete was dropped.
   */
  @Test
  void aPageOfBeforeTheDropBringsNothingBack() {
    assertEquals("absent", readAfterALatePage(false));
    assertEquals("x", readAfterALatePage(true), "back");
  }

  private static String readAfterALatePage(boolean isTakenForNew) {
    Script script = new Script("A", "B", "C");
    putEverywhere(script);
    script.changes().become("A", "A", "B", "D");
    ScriptedLoad late = script.changes().load("D").ask("C");
    script.changes().end("A", "A", "B", "C");
    deleteEverywhere(script);
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 1);
    ScriptedProof proof =
        new ScriptedProof(script, "A", script.node("A").configuration()).confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    proof.drop("A", "B", "C");
    assertNull(script.copy("C"));
    script.changes().become("A", "A", "B", "D");
    script.changes().load("A", "B");
    script.changes().load("B", "A");
    script.changes().load("D").takeIf(isTakenForNew, late).ask("A").arrive().ask("B").arrive();
    late.arrive(); // by the configuration that it was asked for by, which is over
    script.changes().end("A", "A", "B", "D");
    return script.read("A", "D");
  }

  // Rule 11: an expired value is a tombstone of its own version.

  /** {A:y, B:y, C:x}: y has expired, and C never had it. */
  @Test
  void anExpiredValueIsNotDroppedThatOneMemberLacks() {
    Script script = new Script("A", "B", "C");
    putEverywhere(script);
    assertWritten(script.put("Z", "y", 100).exchange("A").exchange("B"));
    script.pass(ScriptedProof.MIN_AGE_MILLIS + 200);
    ScriptedProof proof = proof(script, "A").confirm("A", "B", "C");
    script.pass(ScriptedProof.WAIT_MILLIS);
    proof.drop("A", "B", "C");
    assertNotNull(script.copy("A"), "C lacks it");
    assertNotNull(script.copy("B"));
    assertEquals("absent", script.read("B", "C"));
    proof(script, "A").confirm("A", "B", "C").give("C");
    drop(script);
    assertNull(script.copy("A"));
    assertNull(script.copy("C"));
    assertEquals("absent", script.read("B", "C"));
  }
}
