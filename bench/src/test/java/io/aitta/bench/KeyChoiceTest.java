package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyChoiceTest {
  private static final int KEYS = 1000;
  private static final int DRAWN = 1_000_000;

  @ParameterizedTest
  @EnumSource(KeyChoice.class)
  void drawsTheSameKeysFromTheSameSeed(KeyChoice choice) {
    assertArrayEquals(choice.draw(KEYS, 100, 5), choice.draw(KEYS, 100, 5));
  }

  /** Of n keys the most frequent has the share 1 / (1 + 2^-0.99 + … + n^-0.99). */
  @Test
  void aZipfianChoiceDrawsTheMostFrequentKeyAsOftenAsItShould() {
    double zeta = 0;
    for (int i = 1; i <= KEYS; i++) {
      zeta += Math.pow(i, -0.99);
    }

    int most = Arrays.stream(frequencies(KeyChoice.ZIPFIAN)).max().orElseThrow();

    assertEquals(1 / zeta, most / (double) DRAWN, 0.01);
  }

  @Test
  void aUniformChoiceDrawsAllKeysAlike() {
    int[] frequencies = frequencies(KeyChoice.UNIFORM);

    assertTrue(Arrays.stream(frequencies).min().orElseThrow() > DRAWN / KEYS / 2);
    assertTrue(Arrays.stream(frequencies).max().orElseThrow() < DRAWN / KEYS * 2);
  }

  private static int[] frequencies(KeyChoice choice) {
    int[] frequencies = new int[KEYS];
    for (int key : choice.draw(KEYS, DRAWN, 1)) {
      frequencies[key]++;
    }
    return frequencies;
  }
}
