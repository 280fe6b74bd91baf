package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.replica.AppliedVersions.Answer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random overwritten versions, against a model that keeps them all. */
final class AppliedVersionsPropertyTest {
  private static final int SEQUENCES = 200;

  private record Overwritten(Key key, Version version) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void neverSaysNeverOfWhatWasApplied(long seed) {
    Random random = new Random(seed);
    Map<Answer, Integer> seen = new EnumMap<>(Answer.class);
    for (int i = 0; i < SEQUENCES; i++) {
      run(random, seen);
    }
    for (Answer answer : Answer.values()) {
      assertTrue(seen.getOrDefault(answer, 0) > SEQUENCES, answer + " in " + seen);
    }
  }

  private static void run(Random random, Map<Answer, Integer> seen) {
    int max = 1 + random.nextInt(8);
    long keep = 1L + random.nextInt(200);
    AppliedVersions memory = new AppliedVersions(max, keep);
    List<Overwritten> all = new ArrayList<>(); // each version once
    boolean hasForgotten = false;
    long now = random.nextLong(); // the monotonic clock may wrap
    for (int i = 0; i < 60; i++) {
      now += random.nextInt(30);
      Key key = Key.of("s", "k" + random.nextInt(3));
      Version version = new Version(HybridTime.ofMillis(1L + random.nextInt(40)), new NodeId(1));
      if (random.nextInt(3) > 0) {
        memory.recordOverwritten(key, version, now);
        if (all.stream().noneMatch(one -> one.key().equals(key) && one.version().equals(version))) {
          all.add(new Overwritten(key, version));
        }
        assertTrue(memory.size() <= max);
      }
      Answer answer = memory.knows(key, version);
      seen.merge(answer, 1, Integer::sum);
      hasForgotten |= memory.size() < all.size();
      check(answer, key, version, all, hasForgotten);
    }
  }

  private static void check(
      Answer answer, Key key, Version version, List<Overwritten> all, boolean hasForgotten) {
    boolean wasApplied =
        all.stream().anyMatch(one -> one.key().equals(key) && one.version().equals(version));
    if (wasApplied) {
      assertNotEquals(Answer.NEVER_APPLIED, answer);
    } else {
      assertNotEquals(Answer.APPLIED, answer);
    }
    if (!hasForgotten) {
      assertEquals(wasApplied ? Answer.APPLIED : Answer.NEVER_APPLIED, answer, "nothing forgotten");
    }
  }
}
