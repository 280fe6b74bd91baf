package io.aitta.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.NodeId;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DroppedHintsTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final long SECOND = 1_000_000_000L;

  private final DroppedHints dropped = new DroppedHints();

  @Test
  void tellsOnceInASecondHowManyThereWere() {
    assertEquals(Map.of(), dropped.take(0));
    dropped.record(A);
    dropped.record(A);
    assertEquals(Map.of(A, 2L), dropped.take(0));
    assertEquals(Map.of(), dropped.take(2 * SECOND), "they were told");
    dropped.record(A);
    assertEquals(Map.of(A, 1L), dropped.take(2 * SECOND));
    dropped.record(A);
    dropped.record(B);
    assertEquals(Map.of(B, 1L), dropped.take(3 * SECOND - 1), "A was told of just now");
    dropped.record(A);
    assertEquals(Map.of(A, 2L), dropped.take(3 * SECOND));
  }
}
