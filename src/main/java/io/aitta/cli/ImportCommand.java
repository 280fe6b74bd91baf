package io.aitta.cli;

import io.aitta.http.DurationText;
import io.aitta.model.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Stores each row of a CSV file with a header, or of NDJSON, as one JSON object.",
      "An import that was broken off goes on where it was when it is started again.",
      "Bad lines are reported and left out; the exit code is then 1."
    })
final class ImportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", paramLabel = "FILE", description = "The file, or - for the input.")
  private String file = "";

  @Option(names = "--store", required = true, paramLabel = "S", description = "The store.")
  private String store = "";

  @Option(
      names = "--key",
      required = true,
      paramLabel = "COLUMN",
      description = "The column, or field, whose value is the row's key.")
  private String key = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or ndjson (default: by the file's name, else by its first character).")
  private @Nullable String format;

  @Option(
      names = "--consistency",
      paramLabel = "LEVEL",
      description = "ONE, TWO, THREE, QUORUM or ALL (default: QUORUM).")
  private String consistency = "QUORUM";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "64",
      description = "How many rows are put at once (default: 64).")
  private int concurrency;

  @Option(
      names = "--retry-for",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "How long a row is tried again (default: 60s).")
  private String retryFor = "60s";

  @Option(names = "--restart", description = "Begins at the first row whatever was done before.")
  private boolean restart;

  @Option(names = "--quiet", description = "Shows no progress.")
  private boolean quiet;

  ImportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duration retry = DurationText.parse(RequestOptions.checkedDuration("--retry-for", retryFor));
    String query = "&consistency=" + RequestOptions.checkedConsistency(consistency);
    checkArguments();
    boolean isInput = file.equals("-");
    Path path = isInput ? null : Path.of(file);
    if (path != null && !UpCommand.isReadable(path)) {
      throw CommandFailure.usage("no readable file [" + file + "]");
    }
    ApiClient client = session.client(data.directory());
    session.stores().add(store);
    Path sidecar = path == null ? null : ImportProgress.sidecar(data.directory(), path, store, key);
    ImportProgress progress = new ImportProgress(sidecar);
    if (restart) {
      progress.forget();
      progress = new ImportProgress(sidecar);
    }
    long start = System.nanoTime();
    ImportReport report =
        new ImportReport(session.streams(), quiet, path == null ? -1 : Files.size(path), start);
    if (progress.settled() > 0) {
      report.say("aitta: goes on after row " + progress.settled() + ", where it was broken off");
    }
    try (InputStream in = path == null ? session.streams().in() : Files.newInputStream(path);
        PushbackInputStream peeked = new PushbackInputStream(in, 1);
        Importer importer =
            new Importer(client, store, query, concurrency, retry, progress, report)) {
      boolean isJson = isJson(peeked);
      Lines lines = new Lines(peeked);
      importer.run(isJson ? new NdjsonRows(lines, key) : new CsvRows(lines, key), lines);
      return summary(importer, lines.bytesRead(), (System.nanoTime() - start) / 1e9, progress);
    }
  }

  private void checkArguments() {
    try {
      Key.requireStoreName(store);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
    if (concurrency < 1 || concurrency > 4_096) {
      throw CommandFailure.usage("--concurrency must be in [1, 4096], was [" + concurrency + "]");
    }
    if (format != null && !format.equals("csv") && !format.equals("ndjson")) {
      throw CommandFailure.usage("--format must be csv or ndjson, was [" + format + "]");
    }
  }

  private boolean isJson(PushbackInputStream in) throws IOException {
    if (format != null) {
      return format.equals("ndjson");
    }
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return false;
    }
    if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
      return true;
    }
    int first = in.read();
    if (first >= 0) {
      in.unread(first);
    }
    return first == '{';
  }

  private int summary(Importer importer, long bytes, double seconds, ImportProgress progress)
      throws IOException {
    session
        .streams()
        .out()
        .printf(
            Locale.ROOT,
            "%d rows put, %d bad, %d not acknowledged, %d bytes, %.1f s, %.0f rows/s%n",
            importer.putRows(),
            importer.badRows(),
            importer.failedRows(),
            bytes,
            seconds,
            importer.putRows() / Math.max(seconds, 1e-3));
    session.streams().out().flush();
    if (importer.failedRows() > 0) {
      throw CommandFailure.unavailable(
          "import broke off" + (file.equals("-") ? "" : "; the same command goes on where it is"));
    }
    progress.forget();
    return importer.badRows() > 0 ? ExitCode.NOT_FOUND : ExitCode.DONE;
  }
}
