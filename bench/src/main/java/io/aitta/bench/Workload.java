package io.aitta.bench;

import java.util.Locale;

/**
 * What operations are issued.
 *
 * @param name as it was asked for
 * @param readPercent the share of gets, in [0, 100]; the others are puts
 */
record Workload(String name, int readPercent) {

  /**
   * Finds a workload: {@code get}, {@code put}, or YCSB's A (half gets) or B (95 percent gets).
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static Workload named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "get" -> new Workload("get", 100);
      case "put" -> new Workload("put", 0);
      case "a" -> new Workload("A", 50);
      case "b" -> new Workload("B", 95);
      default ->
          throw new IllegalArgumentException(
              "workload must be one of get, put, A, B, was [" + name + "]");
    };
  }
}
