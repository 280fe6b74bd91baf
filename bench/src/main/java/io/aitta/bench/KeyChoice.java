package io.aitta.bench;

import java.util.SplittableRandom;

/** How the keys of operations are chosen. */
enum KeyChoice {
  /**
   * YCSB's scrambled zipfian with constant 0.99: some keys are much more frequent, and anywhere.
   */
  ZIPFIAN,
  /** All are as frequent. */
  UNIFORM;

  private static final double THETA = 0.99;

  /**
   * Draws keys ahead of time, so that drawing costs the measurement nothing.
   *
   * @param keys how many there are
   * @param length how many are drawn
   */
  int[] draw(int keys, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] drawn = new int[length];
    if (this == UNIFORM) {
      for (int i = 0; i < length; i++) {
        drawn[i] = random.nextInt(keys);
      }
      return drawn;
    }
    double zeta = zeta(keys);
    double alpha = 1 / (1 - THETA);
    double eta = (1 - Math.pow(2.0 / keys, 1 - THETA)) / (1 - zeta(2) / zeta);
    for (int i = 0; i < length; i++) {
      double uniform = random.nextDouble();
      drawn[i] = scramble(rank(uniform, uniform * zeta, keys, alpha, eta), keys);
    }
    return drawn;
  }

  private static double zeta(int keys) {
    double sum = 0;
    for (int i = 1; i <= keys; i++) {
      sum += 1 / Math.pow(i, THETA);
    }
    return sum;
  }

  /** Gray et al., Quickly Generating Billion-Record Synthetic Databases, 1994. */
  private static long rank(double uniform, double scaled, int keys, double alpha, double eta) {
    if (scaled < 1) {
      return 0;
    }
    if (scaled < 1 + Math.pow(0.5, THETA)) {
      return 1;
    }
    return (long) (keys * Math.pow(eta * uniform - eta + 1, alpha));
  }

  /** FNV-1a, as YCSB does it. */
  private static int scramble(long rank, int keys) {
    long hash = 0xCBF29CE484222325L;
    long rest = rank;
    for (int i = 0; i < Long.BYTES; i++) {
      hash = (hash ^ (rest & 0xff)) * 1099511628211L;
      rest >>>= 8;
    }
    return (int) Math.floorMod(hash, (long) keys);
  }
}
