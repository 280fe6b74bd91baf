package io.aitta.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.util.Locale;

/** Results as text. */
final class Report {
  private static final String HEAD =
      "| system | operation | in flight | ops/s | p50 µs | p99 µs | p99.9 µs | CPU-µs/op | garbage"
          + " B/op | written B/op | failed | other load |\n"
          + "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";

  private Report() {}

  static String markdown(Results results) {
    StringBuilder text = new StringBuilder(HEAD);
    for (SystemResult system : results.systems()) {
      for (CellResult cell : system.cells()) {
        append(text, system, cell);
      }
    }
    text.append('\n').append(conditions(results)).append('\n');
    for (SystemResult system : results.systems()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s; %d values read back and compared%n",
              system.system(),
              system.promise(),
              system.readBack()));
      system
          .failures()
          .forEach(
              (what, times) ->
                  text.append("  FAILED: ").append(what).append(" × ").append(times).append('\n'));
      for (CellResult cell : system.cells()) {
        for (Repetition repetition : cell.repetitions()) {
          repetition
              .failures()
              .forEach(
                  (what, times) ->
                      text.append("  FAILED: ")
                          .append(what)
                          .append(" × ")
                          .append(times)
                          .append('\n'));
        }
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, SystemResult system, CellResult cell) {
    double otherShare = cell.median(Repetition::otherCpuShare);
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %d | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %,.0f | %,.0f | %d | %s |%n",
            system.system(),
            cell.cell().workload().name(),
            cell.cell().inFlight(),
            cell.median(Repetition::perSecond),
            cell.median(repetition -> repetition.all().p50()),
            cell.median(repetition -> repetition.all().p99()),
            cell.median(repetition -> repetition.all().p999()),
            cell.median(Repetition::cpuMicrosPerOperation),
            cell.median(Repetition::allocatedBytesPerOperation),
            cell.median(Repetition::writtenBytesPerOperation),
            cell.failures(),
            otherShare < 0 ? "?" : String.format(Locale.ROOT, "%.0f %%", 100 * otherShare)));
  }

  private static String conditions(Results results) {
    BenchSettings settings = results.settings();
    String keys =
        results.systems().stream()
            .flatMap(system -> system.cells().stream())
            .map(cell -> cell.cell().choice().name().toLowerCase(Locale.ROOT))
            .distinct()
            .reduce((one, other) -> one + ", " + other)
            .orElse("no");
    return String.format(
        Locale.ROOT,
        "%d nodes, K=%d, %d driving; %,d keys, %s; values of %,d bytes; medians of %d × %d s;"
            + " %s; %s, %d processors; %s%n",
        settings.nodes(),
        settings.replicas(),
        settings.drivers(),
        settings.keys(),
        keys,
        settings.valueBytes(),
        settings.repetitions(),
        settings.windowSeconds(),
        String.join(" ", settings.jvmOptions()),
        results.machine().java(),
        results.machine().processors(),
        results.began().substring(0, 10));
  }

  static String json(Results results) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    try {
      return Lines.JSON.writer(printer).writeValueAsString(results) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results cannot be written as JSON", e);
    }
  }
}
