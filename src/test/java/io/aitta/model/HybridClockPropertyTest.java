package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that jump both ways, restarts, and readings of others: no version is issued twice. */
final class HybridClockPropertyTest {
  private static final int SEQUENCES = 200;
  private static final long BOUND = 50;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void neverIssuesAVersionTwiceNorAboveTheCeiling(long seed) {
    Random random = new Random(seed);
    int exempt = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      exempt += run(random);
    }
    assertTrue(exempt > SEQUENCES, "exempt readings in " + exempt);
  }

  private static int run(Random random) {
    Set<HybridTime> issued = new HashSet<>();
    HybridTime durable = HybridTime.ZERO; // the ceilings on the disk
    HybridTime durableExempt = HybridTime.ZERO;
    HybridClock clock = new HybridClock(durable, durableExempt, BOUND);
    HybridTime lastRead = HybridTime.ZERO; // through all restarts
    long physical = 1_000;
    int exempt = 0;
    for (int i = 0; i < 100; i++) {
      physical = Math.max(0, physical + random.nextInt(21) - 8);
      HybridTime before = clock.last();
      switch (random.nextInt(7)) {
        case 0 -> {
          durable = durable.max(HybridTime.ofMillis(physical + random.nextInt(40)));
          clock.raiseCeiling(durable);
        }
        case 1 -> {
          durableExempt = durableExempt.max(HybridTime.ofMillis(physical + random.nextInt(400)));
          clock.raiseExemptCeiling(durableExempt);
        }
        case 2 -> {
          physical = random.nextInt(2_000); // restarts with a clock that was set
          clock = new HybridClock(durable, durableExempt, BOUND);
          before = durable;
        }
        case 3 -> {
          HybridTime remote = HybridTime.ofMillis(physical + random.nextInt(100)).next();
          boolean isNear = remote.millis() <= physical + BOUND;
          assertEquals(isNear, clock.observe(remote, physical));
          assertEquals(isNear ? before.max(remote) : before, clock.last());
        }
        case 4 -> {
          HybridTime reading = clock.read(physical);
          assertFalse(lastRead.isAfter(reading), "went back");
          assertFalse(reading.isAfter(durable), "above the ceiling");
          lastRead = reading;
        }
        case 5 -> {
          HybridTime above = HybridTime.ofMillis(physical + random.nextInt(300));
          HybridTime next = clock.issueExempt(above);
          if (next != null) {
            exempt++;
            assertTrue(next.isAfter(above));
            assertTrue(durableExempt.isAfter(next), "reached the ceiling");
            assertTrue(issued.add(next), "issued twice");
          }
        }
        default -> {
          if (clock.canIssue(physical)) {
            HybridTime next = clock.issue(physical);
            assertTrue(next.isAfter(before));
            assertTrue(next.millis() >= physical);
            assertTrue(durable.isAfter(next), "reached the ceiling");
            assertTrue(issued.add(next), "issued twice");
          }
        }
      }
      assertFalse(before.isAfter(clock.last()), "went back");
    }
    return exempt;
  }
}
