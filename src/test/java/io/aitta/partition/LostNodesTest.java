package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LostNodesTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  @Test
  void aNodeIsLostOnceItWasGoneForTheDelay() {
    LostNodes nodes = new LostNodes(Duration.ofNanos(100));
    nodes.record(Set.of(A), 10);
    nodes.record(Set.of(A, B), 60);
    assertFalse(nodes.isLost(A, 109));
    assertTrue(nodes.isLost(A, 110));
    assertFalse(nodes.isLost(B, 110));
  }

  @Test
  void aNodeThatComesBackBeginsAnew() {
    LostNodes nodes = new LostNodes(Duration.ofNanos(100));
    nodes.record(Set.of(A), 10);
    nodes.record(Set.of(), 60);
    nodes.record(Set.of(A), 70);
    assertFalse(nodes.isLost(A, 169));
    assertTrue(nodes.isLost(A, 170));
  }

  @Test
  void whatIsKnownOfOthersCountsFromTheLastLoss() {
    LostNodes nodes = new LostNodes(Duration.ofNanos(100));
    nodes.record(Set.of(A), 10);
    nodes.record(Set.of(A, B), 60);
    assertFalse(nodes.isSinceLosses(9, 110));
    assertTrue(nodes.isSinceLosses(10, 110), "B is not lost yet");
    assertFalse(nodes.isSinceLosses(10, 160));
    assertTrue(nodes.isSinceLosses(60, 160));
  }

  @Test
  void withoutADelayNoNodeIsEverLost() {
    LostNodes nodes = new LostNodes(null);
    nodes.record(Set.of(A), 10);
    assertFalse(nodes.isLost(A, Long.MAX_VALUE));
  }
}
