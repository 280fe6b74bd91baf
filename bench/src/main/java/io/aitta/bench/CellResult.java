package io.aitta.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** What was measured of one cell. */
record CellResult(Cell cell, List<Repetition> repetitions) {

  /** The median over the repetitions; of an even number the upper one of the middle. */
  double median(ToDoubleFunction<Repetition> figure) {
    double[] sorted = repetitions.stream().mapToDouble(figure).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  /** How many operations went wrong. */
  long failures() {
    return repetitions.stream()
        .flatMap(repetition -> repetition.failures().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
