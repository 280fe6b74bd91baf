package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellResultTest {
  private static final Latencies NONE = new Latencies(0, 0, 0, 0, 0);

  @Test
  void theTableHasTheMedianOfEachFigure() {
    CellResult cell =
        cell(repetition(300, Map.of()), repetition(100, Map.of()), repetition(200, Map.of()));

    assertEquals(200, cell.median(Repetition::perSecond));
  }

  @Test
  void aFailureInAnyRepetitionMakesTheResultUnclean() {
    CellResult cell = cell(repetition(1, Map.of()), repetition(1, Map.of("put refused", 2L)));

    assertEquals(2, cell.failures());
    assertFalse(results(cell, Map.of(), 10).isClean());
    assertTrue(Report.markdown(results(cell, Map.of(), 10)).contains("put refused"));
  }

  @Test
  void aRunThatReadNothingBackIsNotClean() {
    CellResult cell = cell(repetition(1, Map.of()));

    assertTrue(results(cell, Map.of(), 1).isClean());
    assertFalse(results(cell, Map.of(), 0).isClean());
    assertFalse(results(cell, Map.of("node 1 ended", 1L), 1).isClean());
  }

  private static CellResult cell(Repetition... repetitions) {
    return new CellResult(
        new Cell(Workload.named("A"), KeyChoice.ZIPFIAN, 64), List.of(repetitions));
  }

  private static Repetition repetition(double perSecond, Map<String, Long> failures) {
    return new Repetition(perSecond, NONE, NONE, NONE, 1, 1, 0, 0, 0, failures);
  }

  private static Results results(CellResult cell, Map<String, Long> failures, long readBack) {
    return new Results(
        "2026-01-01T00:00:00Z",
        Machine.ofThis(),
        new BenchSettings(1, 1, 1, 1, 64, 0, 0, 1, 1, List.of(), Path.of("")),
        List.of(new SystemResult("map", "", 1, List.of(cell), failures, readBack)));
  }
}
