package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a thousand seeds. A failing one prints itself and the events before; {@code -Daitta.seed=N}
 * replays it alone; {@code mvn -Psimulation test -Daitta.seeds=N} runs so many.
 */
final class SimulationTest {
  private static final Logger LOG = LoggerFactory.getLogger("simulation");

  @Test
  void noSeedLosesAWriteOrBreaksLinearizability() {
    Long single = Long.getLong("aitta.seed");
    long count = Long.getLong("aitta.seeds", 1000);
    Coverage total = new Coverage();
    LongStream seeds = single == null ? LongStream.rangeClosed(1, count) : LongStream.of(single);
    long beganNanos = System.nanoTime();
    seeds.forEach(seed -> total.add(run(seed).coverage()));
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    LOG.info(
        "{} seeds in {} s, {} a second: {}",
        single == null ? count : 1,
        Math.round(seconds),
        Math.round((single == null ? count : 1) / seconds),
        total);
    if (single == null) {
      // A simulation in which something never happens proves nothing about it.
      for (Event event : Event.values()) {
        assertTrue(
            total.of(event) >= count / event.seedsNeeded(),
            event + " happened " + total.of(event) + " times");
      }
    }
  }

  @Test
  void aSeedReplaysExactly() {
    for (long seed = 17; seed < 27; seed++) {
      Simulation first = run(seed);
      Simulation second = run(seed);
      assertEquals(first.fingerprint(), second.fingerprint(), "seed " + seed);
      assertEquals(first.coverage().toString(), second.coverage().toString());
    }
  }

  private static Simulation run(long seed) {
    try {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      return simulation;
    } catch (StorageException | RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + " failed; replay with -Daitta.seed=" + seed, e);
    }
  }
}
