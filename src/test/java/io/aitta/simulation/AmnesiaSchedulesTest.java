package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.PutOutcome;
import io.aitta.storage.StorageException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Schedules in which a replica lost what it held (rule 9), each moved by hand: once as it is, and
 * once with a replica that counts too early. QUORUM both ways; w is a value.
 */
final class AmnesiaSchedulesTest {
  private final Script script = new Script("A", "B", "C");

  private static void assertWritten(ScriptedPut put) {
    assertInstanceOf(PutOutcome.Written.class, put.outcome());
  }

  /** A's record turns out to be corrupt. */
  private void loseRecordOfA() {
    script.node("A").corrupt();
    assertEquals("pending", script.read("A"));
  }

  private boolean isAWhole() {
    return script.node("A").state().recovering().isEmpty();
  }

  private void takeAForWhole() throws StorageException {
    script.node("A").state().becomeWhole(Map.copyOf(script.node("A").state().recovering()));
  }

  /** {A,B,C}: A and B acknowledged w; A lost it, and can reach C. */
  @Test
  void aReplicaThatLostRecordsIsWholeOnceItMergedAMajorityOfOthers() {
    assertWritten(script.put("Z", "w").exchange("A").exchange("B"));
    loseRecordOfA();
    script.pass(ScriptedLoad.LONGEST_REQUEST_MILLIS);
    ScriptedLoad load = ScriptedLoad.recovering(script, script.node("A"));
    load.ask("C").arrive();
    assertFalse(isAWhole());
    assertEquals("pending", script.read("A", "C"));
    load.ask("B").arrive();
    assertTrue(isAWhole());
    assertEquals("w", script.read("A", "C"));
  }

  @Test
  void withOneOtherAloneItWouldDenyWhatItAcknowledged() throws StorageException {
    assertWritten(script.put("Z", "w").exchange("A").exchange("B"));
    loseRecordOfA();
    script.pass(ScriptedLoad.LONGEST_REQUEST_MILLIS);
    ScriptedLoad.recovering(script, script.node("A")).ask("C").arrive();
    takeAForWhole();
    assertEquals("absent", script.read("A", "C"));
  }

  /** {A,B,C}: A acknowledges w and loses it while w is under way to B. */
  @Test
  void aReplicaThatLostRecordsMergesNothingWhilePutsAreInFlight() {
    ScriptedPut put = script.put("Z", "w").exchange("A");
    loseRecordOfA();
    ScriptedLoad load = ScriptedLoad.recovering(script, script.node("A"));
    assertFalse(load.mayAsk("B"));
    assertWritten(put.exchange("B"));
    script.pass(ScriptedLoad.LONGEST_REQUEST_MILLIS);
    load.ask("B").arrive().ask("C").arrive();
    assertTrue(isAWhole());
    assertEquals("w", script.read("A", "C"));
  }

  @Test
  void hadItMergedBeforeItWouldDenyWhatItAcknowledged() throws StorageException {
    ScriptedPut put = script.put("Z", "w").exchange("A");
    loseRecordOfA();
    takeAForWhole(); // B and C hold nothing that it could have merged
    assertWritten(put.exchange("B"));
    assertEquals("absent", script.read("A", "C"));
  }

  /** {A,B,C}: A and B acknowledged w; A's disk is lost, and what starts in its place is D. */
  @Test
  void aNodeWhoseDiskIsLostIsANewNode() {
    assertWritten(script.put("Z", "w").exchange("A").exchange("B"));
    script.node("A").cutOff();
    assertEquals("pending", script.read("C", "D"), "D is no member");
    script.changes().become("B", "B", "C", "D");
    script.changes().load("B", "C");
    script.changes().load("C", "B");
    script.changes().load("D", "B", "C");
    script.changes().end("B", "B", "C", "D");
    assertEquals("w", script.read("C", "D"));
  }

  @Test
  void underItsOldIdItWouldDenyWhatItAcknowledged() {
    assertWritten(script.put("Z", "w").exchange("A").exchange("B"));
    script.node("A").restartEmpty();
    assertEquals("absent", script.read("A", "C"));
  }
}
