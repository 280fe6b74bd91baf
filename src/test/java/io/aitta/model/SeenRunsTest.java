package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SeenRunsTest {
  private static final Incarnation FIRST = Incarnation.of(1, 7);
  private static final Incarnation SECOND = Incarnation.of(2, 7);

  private static HybridTime at(long millis) {
    return HybridTime.ofMillis(millis);
  }

  @Test
  void theHighestTimeOfTheLastRunAndOfThoseBeforeItAreKept() {
    SeenRuns seen = SeenRuns.NONE.heard(FIRST, at(5)).heard(FIRST, at(9)).heard(FIRST, at(7));
    assertEquals(new SeenRuns(FIRST, at(9), HybridTime.ZERO), seen);
    assertEquals(new SeenRuns(SECOND, at(3), at(9)), seen.heard(SECOND, at(3)));
  }

  @Test
  void aRunIsLeftBehindUnlessItIsTheLastOneOrStartedLater() {
    SeenRuns seen = SeenRuns.NONE.heard(SECOND, at(1));
    assertFalse(SeenRuns.NONE.hasLeftBehind(FIRST));
    assertTrue(seen.hasLeftBehind(FIRST));
    assertFalse(seen.hasLeftBehind(SECOND));
    assertTrue(seen.hasLeftBehind(Incarnation.of(2, 8)), "two starts of the same data");
    assertFalse(seen.hasLeftBehind(Incarnation.of(3, 1)));
  }
}
