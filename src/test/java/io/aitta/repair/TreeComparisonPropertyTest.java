package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.repair.TreeComparison.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random records on two sides, against a comparison of all of them. */
final class TreeComparisonPropertyTest {
  private static final int SEQUENCES = 60;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsExactlyTheDifferences(long seed) {
    Random random = new Random(seed);
    Set<Integer> depths = new HashSet<>();
    for (int i = 0; i < SEQUENCES; i++) {
      Records own = new Records();
      Records other = new Records();
      fill(random, own, other);
      depths.add(own.tree().summary().depth());
      ComparisonLimits limits = limits(random);
      ComparisonRun run = run(random, own, other, limits);
      assertEquals(Step.DONE, run.run(() -> {}));
      Map<Key, Difference> found = new HashMap<>();
      for (Difference difference : run.differences()) {
        assertEquals(null, found.put(difference.key(), difference), "found twice");
      }
      assertEquals(differences(own, other), found);
      assertTrue(run.largestMessage() <= limits.messageBytes());
    }
    assertTrue(depths.size() >= 3, "depths: " + depths);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void missesNothingThatDiffersAllTheTimeWhileWritesGoOn(long seed) {
    Random random = new Random(seed);
    int checked = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      Records own = new Records();
      Records other = new Records();
      fill(random, own, other);
      Map<Key, Difference> lasting = differences(own, other);
      Set<Key> written = new HashSet<>();
      ComparisonRun run = run(random, own, other, limits(random));
      assertEquals(Step.DONE, run.run(() -> write(random, own, other, written)));
      lasting.keySet().removeAll(written);
      for (Difference difference : run.differences()) {
        lasting.remove(difference.key(), difference);
      }
      assertEquals(Map.of(), lasting);
      checked++;
    }
    assertEquals(SEQUENCES, checked);
  }

  private static ComparisonLimits limits(Random random) {
    return new ComparisonLimits(
        ComparisonLimits.MIN_MESSAGE_BYTES + random.nextInt(10) * 1_000, 1 + random.nextInt(200));
  }

  private static ComparisonRun run(
      Random random, Records own, Records other, ComparisonLimits limits) {
    int page = 1 + random.nextInt(500);
    int maxRead = random.nextBoolean() ? Integer.MAX_VALUE : page * (1 + random.nextInt(3));
    return new ComparisonRun(own, other, limits, page, maxRead);
  }

  private static void fill(Random random, Records own, Records other) {
    int keys = 1 << random.nextInt(13);
    int each = random.nextInt(4) == 0 ? 0 : random.nextInt(keys) + 1; // differ, of all keys
    for (int key = 0; key < keys; key++) {
      KeyVersion record = Records.record(key, 5, random.nextInt(5) == 0);
      own.put(record);
      other.put(record);
    }
    if (random.nextInt(10) == 0) {
      (random.nextBoolean() ? own : other)
          .stored().keySet().stream()
              .toList()
              .forEach(random.nextBoolean() ? own::remove : other::remove);
    }
    for (int i = 0; i < each && i < 300; i++) {
      change(random, keys, random.nextBoolean() ? own : other, 9);
    }
    if (random.nextInt(3) > 0) {
      own.build();
    }
    if (random.nextInt(3) > 0) {
      other.build();
    }
  }

  private static Key change(Random random, int keys, Records side, long time) {
    int key = random.nextInt(keys);
    switch (random.nextInt(3)) {
      case 0 -> side.remove(Records.key(key));
      case 1 -> side.put(Records.record(key, random.nextInt(10), random.nextBoolean()));
      default -> side.put(Records.record(keys + key, time, random.nextBoolean()));
    }
    return Records.key(key);
  }

  private static void write(Random random, Records own, Records other, Set<Key> written) {
    for (int i = random.nextInt(3); i > 0; i--) {
      KeyVersion record = Records.record(random.nextInt(5_000), 20, random.nextBoolean());
      written.add(record.key());
      own.put(record);
      if (random.nextInt(3) > 0) {
        other.put(record);
      }
    }
  }

  private static Map<Key, Difference> differences(Records own, Records other) {
    Set<Key> all = new HashSet<>(own.stored().keySet());
    all.addAll(other.stored().keySet());
    Map<Key, Difference> differences = new HashMap<>();
    for (Key key : all) {
      KeyVersion mine = own.stored().get(key);
      KeyVersion theirs = other.stored().get(key);
      if (mine == null || !mine.equals(theirs)) {
        differences.put(key, new Difference(key, mine, theirs));
      }
    }
    return differences;
  }
}
