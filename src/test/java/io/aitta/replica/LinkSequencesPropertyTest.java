package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences in random order, against a model that keeps every one that it ever took. */
final class LinkSequencesPropertyTest {
  private static final NodeId SENDER = new NodeId(1);
  private static final Incarnation RUN = Incarnation.of(1, 7);
  private static final int STEPS = 20_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void takesEachSequenceOfTheWindowOnceAndNoneBelowIt(long seed) {
    Random random = new Random(seed);
    LinkSequences sequences = new LinkSequences();
    Set<Long> taken = new HashSet<>();
    long highest = 1L + random.nextInt(5_000);
    assertTrue(sequences.admit(SENDER, RUN, highest));
    taken.add(highest);
    int duplicates = 0;
    int overtaken = 0;
    int late = 0;
    for (int i = 0; i < STEPS; i++) {
      long sequence = highest + offset(random);
      boolean isLate = sequence <= highest - LinkSequences.WINDOW;
      boolean isNew = !isLate && !taken.contains(sequence);
      assertEquals(isNew, sequences.admit(SENDER, RUN, sequence), sequence + " of " + highest);
      late += isLate ? 1 : 0;
      duplicates += !isLate && !isNew ? 1 : 0;
      overtaken += isNew && sequence < highest ? 1 : 0;
      if (isNew) {
        taken.add(sequence);
        highest = Math.max(highest, sequence);
      }
    }
    assertTrue(Math.min(Math.min(duplicates, overtaken), late) > STEPS / 100);
  }

  /** Mostly near the highest, sometimes about the window's other end, seldom far ahead. */
  private static int offset(Random random) {
    int kind = random.nextInt(100);
    if (kind == 0) {
      return random.nextInt(3 * LinkSequences.WINDOW);
    }
    return kind < 20
        ? random.nextInt(8) - LinkSequences.WINDOW - 4
        : random.nextInt(12) - random.nextInt(40);
  }
}
