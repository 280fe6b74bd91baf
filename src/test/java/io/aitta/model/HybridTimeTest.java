package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HybridTimeTest {
  private static final HybridTime TIME = HybridTime.ofMillis(1_000);

  @Test
  void countsWithinAMillisecond() {
    assertEquals(1_000, TIME.next().millis());
    assertEquals(1, TIME.next().counter());
    assertEquals("1000.1", TIME.next().toString());
  }

  @Test
  void aCounterThatOverflowsCarriesIntoTheMillisecondsAndKeepsTheOrder() {
    HybridTime full = new HybridTime(TIME.packed() | 0xFFFF);
    assertEquals(65_535, full.counter());
    assertEquals(HybridTime.ofMillis(1_001), full.next());
    assertTrue(full.next().isAfter(full));
  }

  @Test
  void isOrdered() {
    assertEquals(TIME.next(), TIME.max(TIME.next()));
    assertEquals(TIME.next(), TIME.next().max(TIME));
    assertTrue(TIME.compareTo(TIME.next()) < 0);
    assertFalse(TIME.isAfter(TIME));
  }

  @Test
  void hasBounds() {
    assertEquals((1L << 47) - 1, HybridTime.ofMillis((1L << 47) - 1).millis());
    assertThrows(IllegalArgumentException.class, () -> HybridTime.ofMillis(1L << 47));
    assertThrows(IllegalArgumentException.class, () -> HybridTime.ofMillis(-1));
    assertThrows(IllegalArgumentException.class, () -> new HybridTime(-1));
  }
}
