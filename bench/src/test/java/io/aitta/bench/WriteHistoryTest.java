package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WriteHistoryTest {
  private final WriteHistory history = new WriteHistory();

  @Test
  void forgetsWhatEndedBeforeALaterPutBegan() {
    history.record(new Write(1, 10, 20));
    history.record(new Write(2, 30, 40));

    assertFalse(history.mayReturn(1));
    assertTrue(history.mayReturn(2));
  }

  @Test
  void keepsBothOfTwoPutsThatOverlapped() {
    history.record(new Write(1, 10, 30));
    history.record(new Write(2, 20, 40));

    assertTrue(history.mayReturn(1));
    assertTrue(history.mayReturn(2));
  }

  @Test
  void anEarlierPutThatIsRecordedLaterIsForgottenToo() {
    history.record(new Write(2, 30, 40));
    history.record(new Write(1, 10, 20));

    assertEquals(List.of(new Write(2, 30, 40)), history.possible());
  }

  @Test
  void aPutThatMayHaveBeenAppliedMayAlwaysSurface() {
    history.record(new Write(1, 10, Write.NEVER));
    history.record(new Write(2, 30, 40));

    assertTrue(history.mayReturn(1));
    assertTrue(history.mayReturn(2));
  }

  @Test
  void aPutThatMayHaveBeenAppliedDisplacesNone() {
    history.record(new Write(1, 10, 20));
    history.record(new Write(2, 30, Write.NEVER));

    assertTrue(history.mayReturn(1));
  }

  @Test
  void nothingWasWrittenThatWasNotRecorded() {
    assertFalse(history.mayReturn(1));
  }
}
