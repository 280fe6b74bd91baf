package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.storage.StorageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulation finds what others got wrong: each mistake is caught, and it says after how many
 * seeds. But for two that take rare schedules, which {@link ReconfigurationSchedulesTest} and
 * {@link TombstoneSchedulesTest} have.
 */
final class PlantedMistakesTest {
  private static final Logger LOG = LoggerFactory.getLogger("simulation");
  private static final int SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SOURCES_ARE_NOT_FENCED", "PROOFS_OUTLIVE_THEIR_CONFIGURATION"})
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
