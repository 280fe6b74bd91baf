package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstIsFreeAndADebtIsWaitedFor() {
    ByteBudget budget = new ByteBudget(1_000, 500, 7);
    budget.use(500, 7);
    assertEquals(0, budget.waitNanos(7));
    budget.use(250, 7);
    assertEquals(SECOND / 4, budget.waitNanos(7));
    assertEquals(SECOND / 8, budget.waitNanos(7 + SECOND / 8));
    assertEquals(0, budget.waitNanos(7 + SECOND / 4));
  }

  @Test
  void noMoreIsSavedThanOneBurst() {
    ByteBudget budget = new ByteBudget(1_000, 500, 0);
    budget.use(1_000, 100 * SECOND);
    assertEquals(SECOND / 2, budget.waitNanos(100 * SECOND));
  }

  @Test
  void aClockThatWrapsOrStandsStillDoesNotMatter() {
    long start = Long.MAX_VALUE - 5;
    ByteBudget budget = new ByteBudget(1_000, 500, start);
    budget.use(1_500, start);
    assertEquals(SECOND, budget.waitNanos(start));
    assertEquals(SECOND, budget.waitNanos(start - 1));
    assertEquals(0, budget.waitNanos(start + SECOND));
  }

  @Test
  void refusesBoundsThatLetNothingThrough() {
    assertThrows(IllegalArgumentException.class, () -> new ByteBudget(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ByteBudget(1, 0, 0));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whoWaitsUsesNoMoreThanTheRateAndOneBurstAndOneMessage(long seed) {
    Random random = new Random(seed);
    long rate = 1L + random.nextInt(1_000_000);
    long burst = 1L + random.nextInt(1_000_000);
    ByteBudget budget = new ByteBudget(rate, burst, 0);
    long now = 0;
    long used = 0;
    for (int i = 0; i < 10_000; i++) {
      now += random.nextInt((int) SECOND / 10) + budget.waitNanos(now);
      if (budget.waitNanos(now) == 0) {
        long message = random.nextInt(65_536);
        budget.use(message, now);
        used += message;
      }
    }
    assertTrue(used > 1_000_000, "used " + used);
    assertTrue(used <= burst + 65_536 + now / (double) SECOND * rate * 1.000_001, "used " + used);
  }
}
