package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.storage.StorageException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs a thousand seeds. A failing one prints itself and the events before; {@code -Daitta.seed=N}
 * replays it alone, {@code -Daitta.seeds=N} runs so many.
 */
final class SimulationTest {

  @Test
  void noSeedLosesAWriteOrBreaksLinearizability() {
    Long single = Long.getLong("aitta.seed");
    long count = Long.getLong("aitta.seeds", 1000);
    long[] acknowledged = new long[1];
    LongStream seeds = single == null ? LongStream.rangeClosed(1, count) : LongStream.of(single);
    seeds.forEach(seed -> acknowledged[0] += run(seed));
    // A simulation in which nothing is ever acknowledged would prove nothing.
    assertTrue(acknowledged[0] > 0, "acknowledged " + acknowledged[0]);
  }

  private static int run(long seed) {
    try {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      return simulation.acknowledgedPuts();
    } catch (StorageException | RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + " failed; replay with -Daitta.seed=" + seed, e);
    }
  }
}
