package io.aitta.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Key;
import io.aitta.model.NodeId;
import org.junit.jupiter.api.Test;

final class DeliveryPassesTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final Key FIRST = Key.of("s", "k1");
  private static final Key SECOND = Key.of("s", "k2");

  private final DeliveryPasses passes = new DeliveryPasses();

  @Test
  void goesOnBehindTheLastHintThatWasReadOfEachNode() {
    passes.recordRead(A, FIRST, false);
    assertEquals(FIRST, passes.after(A));
    assertNull(passes.after(B));
    passes.recordRead(A, SECOND, false);
    assertEquals(SECOND, passes.after(A));
  }

  @Test
  void beginsAnewAtTheEnd() {
    passes.recordRead(A, FIRST, true);
    passes.recordEnd(A, true);
    assertNull(passes.after(A));
  }

  @Test
  void saysWhetherAnyHintOfThePassCouldBeSent() {
    assertFalse(passes.recordEnd(A, false));
    assertTrue(passes.recordEnd(A, true));
    passes.recordRead(A, FIRST, false);
    assertFalse(passes.recordEnd(A, false));
    passes.recordRead(A, FIRST, true);
    passes.recordRead(A, SECOND, false);
    assertTrue(passes.recordEnd(A, false));
    assertFalse(passes.recordEnd(A, false));
  }
}
