package io.aitta.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * How everything is measured.
 *
 * @param nodes processes of each cluster
 * @param replicas copies wanted
 * @param drivers how many nodes, from the first, issue operations
 * @param keys how many there are
 * @param valueBytes the size of each value
 * @param warmUpSeconds before the first cell of each workload
 * @param rampSeconds before every other cell
 * @param windowSeconds of one repetition
 * @param repetitions of each cell
 * @param jvmOptions of every node
 * @param directory for logs, and for data while it is needed
 */
record BenchSettings(
    int nodes,
    int replicas,
    int drivers,
    int keys,
    int valueBytes,
    int warmUpSeconds,
    int rampSeconds,
    int windowSeconds,
    int repetitions,
    List<String> jvmOptions,
    Path directory) {

  BenchSettings {
    require(nodes, 1, 64, "--nodes");
    require(replicas, 1, nodes, "--replicas");
    require(drivers, 1, nodes, "--drivers");
    require(keys, 1, 100_000_000, "--keys");
    require(valueBytes, Values.MIN_BYTES, 1 << 20, "--value-size");
    require(warmUpSeconds, 0, 3600, "--warmup");
    require(rampSeconds, 0, 3600, "--ramp");
    require(windowSeconds, 1, 3600, "--seconds");
    require(repetitions, 1, 1000, "--repetitions");
  }

  private static void require(int value, int min, int max, String option) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " must be in [" + min + ", " + max + "], was [" + value + "]");
    }
  }
}
