package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.storage.StorageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulation finds what others got wrong: each mistake is caught, and after few seeds. But for
 * one that takes a rare schedule, which {@link ReconfigurationSchedulesTest} has.
 */
final class PlantedMistakesTest {
  private static final Logger LOG = LoggerFactory.getLogger("simulation");
  private static final int SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOURCES_ARE_NOT_FENCED")
  void isCaught(Mistake mistake) throws StorageException {
    int seed = 1;
    while (seed <= SEEDS && !isCaught(seed, mistake)) {
      seed++;
    }
    assertTrue(seed <= SEEDS, mistake + " was not caught in " + SEEDS + " seeds");
    LOG.info("{} is caught after {} seeds", mistake, seed);
  }

  private static boolean isCaught(long seed, Mistake mistake) throws StorageException {
    try {
      new Simulation(seed, mistake).run();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }
}
