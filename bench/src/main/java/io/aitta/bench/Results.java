package io.aitta.bench;

import java.util.List;

/**
 * What was measured of all systems.
 *
 * @param began when, in ISO 8601
 */
record Results(String began, Machine machine, BenchSettings settings, List<SystemResult> systems) {

  /** Whether nothing went wrong, and values were read back and compared. */
  boolean isClean() {
    return systems.stream()
        .allMatch(
            system ->
                system.failures().isEmpty()
                    && system.readBack() > 0
                    && system.cells().stream().allMatch(cell -> cell.failures() == 0));
  }
}
