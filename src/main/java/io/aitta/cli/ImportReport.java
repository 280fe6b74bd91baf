package io.aitta.cli;

import java.util.Locale;

/** Shows how an import goes: a bar that is redrawn on a terminal; elsewhere bad lines alone. */
final class ImportReport {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 200_000_000L;

  private final Streams streams;
  private final boolean isShown;
  private final long totalBytes; // -1 if unknown
  private long startNanos;
  private long startBytes;
  private long lastNanos;
  private boolean isDrawn;

  ImportReport(Streams streams, boolean isQuiet, long totalBytes, long nowNanos) {
    this.streams = streams;
    this.isShown = streams.isErrorWatched() && !isQuiet;
    this.totalBytes = totalBytes;
    this.startNanos = nowNanos;
    this.lastNanos = nowNanos;
  }

  /** Begins to count: what was read until now had been put before. */
  synchronized void begin(long bytes, long nowNanos) {
    startBytes = bytes;
    startNanos = nowNanos;
    lastNanos = nowNanos;
  }

  /** Shows the state if it is time to. */
  synchronized void show(long rows, long bytes, long nowNanos) {
    if (isShown && nowNanos - lastNanos >= REDRAW_NANOS) {
      lastNanos = nowNanos;
      String text = text(rows, bytes, (nowNanos - startNanos) / 1e9);
      streams.err().print("\r" + text + "\u001B[K");
      streams.err().flush();
      isDrawn = true;
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
    double bytesPerSecond = (bytes - startBytes) / seconds;
    long left = bytesPerSecond <= 0 ? 0 : Math.round((totalBytes - bytes) / bytesPerSecond);
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
