package io.aitta.bench;

import org.HdrHistogram.Histogram;

/** Latencies of a number of operations, in microseconds; of none of them all are 0. */
record Latencies(long operations, double p50, double p99, double p999, double max) {

  static Latencies of(Histogram nanos) {
    return new Latencies(
        nanos.getTotalCount(),
        nanos.getValueAtPercentile(50) / 1e3,
        nanos.getValueAtPercentile(99) / 1e3,
        nanos.getValueAtPercentile(99.9) / 1e3,
        nanos.getMaxValue() / 1e3);
  }
}
