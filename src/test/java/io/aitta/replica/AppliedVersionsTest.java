package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.replica.AppliedVersions.Answer;
import org.junit.jupiter.api.Test;

final class AppliedVersionsTest {
  private static final Key KEY = Key.of("orders", "42");
  private static final Key ANOTHER = Key.of("orders", "43");

  @Test
  void knowsWhatWasAppliedOfEachKey() {
    AppliedVersions memory = new AppliedVersions(10, 100);
    memory.recordOverwritten(KEY, version(5), 0);
    assertEquals(Answer.APPLIED, memory.knows(KEY, version(5)));
    assertEquals(Answer.NEVER_APPLIED, memory.knows(KEY, version(4)));
    assertEquals(Answer.NEVER_APPLIED, memory.knows(ANOTHER, version(5)));
  }

  @Test
  void beyondTheBoundTheOldestIsForgottenAndLeavesAMark() {
    AppliedVersions memory = new AppliedVersions(2, 100);
    memory.recordOverwritten(KEY, version(7), 0);
    memory.recordOverwritten(KEY, version(3), 1);
    memory.recordOverwritten(KEY, version(9), 2);
    assertEquals(2, memory.size());
    assertEquals(Answer.FORGOTTEN, memory.knows(KEY, version(7)));
    assertEquals(Answer.FORGOTTEN, memory.knows(ANOTHER, version(6)), "whatever the key");
    assertEquals(Answer.APPLIED, memory.knows(KEY, version(3)));
    assertEquals(Answer.NEVER_APPLIED, memory.knows(KEY, version(8)));
  }

  @Test
  void isKeptForTheWholeTimeAndNotLonger() {
    AppliedVersions memory = new AppliedVersions(10, 100);
    long start = Long.MAX_VALUE - 50; // the monotonic clock may wrap
    memory.recordOverwritten(KEY, version(5), start);
    memory.recordOverwritten(KEY, version(6), start + 100);
    assertEquals(Answer.APPLIED, memory.knows(KEY, version(5)));
    memory.recordOverwritten(KEY, version(7), start + 101);
    assertEquals(Answer.FORGOTTEN, memory.knows(KEY, version(5)));
    assertEquals(Answer.APPLIED, memory.knows(KEY, version(6)));
  }

  @Test
  void aRepetitionTakesNoSecondPlace() {
    AppliedVersions memory = new AppliedVersions(10, 100);
    memory.recordOverwritten(KEY, version(5), 0);
    memory.recordOverwritten(KEY, version(5), 1);
    assertEquals(1, memory.size());
  }

  @Test
  void needsRoomForOne() {
    assertThrows(IllegalArgumentException.class, () -> new AppliedVersions(0, 100));
  }

  private static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), new NodeId(1));
  }
}
