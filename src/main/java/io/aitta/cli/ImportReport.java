package io.aitta.cli;

import java.util.Locale;

/** Shows how an import goes: a bar that is redrawn on a terminal, else a line now and then. */
final class ImportReport {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;

  private final Streams streams;
  private final boolean isQuiet;
  private final long totalBytes; // -1 if unknown
  private final long startNanos;
  private long lastNanos;
  private boolean isDrawn;

  ImportReport(Streams streams, boolean isQuiet, long totalBytes, long nowNanos) {
    this.streams = streams;
    this.isQuiet = isQuiet;
    this.totalBytes = totalBytes;
    this.startNanos = nowNanos;
    this.lastNanos = nowNanos;
  }

  /** Shows the state if it is time to. */
  synchronized void show(long rows, long bytes, long nowNanos) {
    if (isQuiet || nowNanos - lastNanos < (streams.isErrorWatched() ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    lastNanos = nowNanos;
    String text = text(rows, bytes, (nowNanos - startNanos) / 1e9);
    if (streams.isErrorWatched()) {
      streams.err().print("\r" + text + "\u001B[K");
      streams.err().flush();
      isDrawn = true;
    } else {
      streams.err().println(text);
    }
  }

  /** Prints a line above the bar. */
  synchronized void say(String line) {
    streams.err().println((isDrawn ? "\r\u001B[K" : "") + line);
    isDrawn = false;
  }

  /** Ends the bar. */
  synchronized void end() {
    if (isDrawn) {
      streams.err().print("\r\u001B[K");
      streams.err().flush();
      isDrawn = false;
    }
  }

  private String text(long rows, long bytes, double seconds) {
    String rate = String.format(Locale.ROOT, "%,d rows, %,.0f rows/s", rows, rows / seconds);
    if (totalBytes <= 0) {
      return rate;
    }
    double done = Math.min(1, (double) bytes / totalBytes);
    int filled = (int) (done * WIDTH);
    long left = done == 0 ? 0 : Math.round(seconds * (1 - done) / done);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f%%  %s, %d:%02d left",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        done * 100,
        rate,
        left / 60,
        left % 60);
  }
}
