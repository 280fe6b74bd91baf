package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NodeRotationTest {
  @Test
  void takesTurnsAndLeavesOutTheUnreachableForAWhile() {
    NodeRotation rotation = new NodeRotation(3, 100);
    assertEquals(1, rotation.next(4, 100));
    rotation.recordUnreachable(1, 100, Duration.ofNanos(50));
    assertEquals(2, rotation.next(4, 149));
    assertEquals(1, rotation.next(4, 150));
    rotation.recordUnreachable(0, 200, Duration.ofNanos(50));
    rotation.recordUnreachable(1, 200, Duration.ofNanos(50));
    assertTrue(rotation.hasReachable(200));
    rotation.recordUnreachable(2, 200, Duration.ofNanos(50));
    assertFalse(rotation.hasReachable(200));
    assertEquals(1, rotation.next(4, 200));
  }
}
