package io.aitta.bench;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures one system after another. */
final class Run {
  private final BenchSettings settings;
  private final PrintStream progress;

  Run(BenchSettings settings, PrintStream progress) {
    this.settings = settings;
    this.progress = progress;
  }

  Results of(List<SystemUnderTest> systems, List<Cell> cells) {
    Instant began = Instant.now();
    List<SystemResult> results = new ArrayList<>();
    for (SystemUnderTest system : systems) {
      results.add(of(system, cells));
    }
    return new Results(began.toString(), Machine.ofThis(), settings, results);
  }

  private SystemResult of(SystemUnderTest system, List<Cell> cells) {
    Outcomes outcomes = new Outcomes();
    List<CellResult> measured = new ArrayList<>();
    double loadSeconds = 0;
    long readBack = 0;
    say(system.name() + ": starting " + settings.nodes() + " nodes");
    try (BenchCluster cluster = new BenchCluster(system, settings)) {
      long began = System.nanoTime();
      cluster.preload(outcomes);
      loadSeconds = (System.nanoTime() - began) / 1e9;
      say(
          String.format(
              "%s: loaded %d keys in %.1f s", system.name(), settings.keys(), loadSeconds));
      for (Cell cell : cells) {
        warmUpIfFirst(cluster, cell, cells, outcomes);
        CellResult result =
            new CellResult(
                cell,
                cluster.measure(cell, settings.rampSeconds(), settings.repetitions(), outcomes));
        measured.add(result);
        say(
            String.format(
                "%s: %s, %d in flight: %.0f/s, %.1f CPU-µs",
                system.name(),
                cell.workload().name(),
                cell.inFlight(),
                result.median(Repetition::perSecond),
                result.median(Repetition::cpuMicrosPerOperation)));
      }
      readBack = cluster.readBack(outcomes);
    } catch (BenchFailure e) {
      say(system.name() + ": " + e.getMessage());
      outcomes.record(String.valueOf(e.getMessage()));
    }
    Map<String, Long> failures = outcomes.take();
    return new SystemResult(
        system.name(), system.promise(), loadSeconds, measured, failures, readBack);
  }

  /** Warms a workload up at its largest number in flight, before the first cell that it is in. */
  private void warmUpIfFirst(BenchCluster cluster, Cell cell, List<Cell> cells, Outcomes outcomes) {
    List<Cell> same =
        cells.stream().filter(other -> other.workload().equals(cell.workload())).toList();
    if (same.get(0).equals(cell)) {
      int most = same.stream().mapToInt(Cell::inFlight).max().orElse(1);
      cluster.measure(
          new Cell(cell.workload(), cell.choice(), most), settings.warmUpSeconds(), 0, outcomes);
    }
  }

  private void say(String line) {
    progress.println("bench: " + line);
  }
}
