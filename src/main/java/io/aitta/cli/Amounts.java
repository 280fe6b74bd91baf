package io.aitta.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: three digits and a unit. */
final class Amounts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Amounts() {}

  /** A number of bytes. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return number(value, unit == 0) + " " + UNITS[unit];
  }

  /** A duration, rounded up to seconds, minutes or hours, so that only nothing is 0. */
  static String time(Duration duration) {
    double seconds = duration.toMillis() / 1e3;
    if (seconds <= 90) {
      return (long) Math.ceil(seconds) + " s";
    }
    return seconds <= 90 * 60
        ? Math.round(seconds / 60) + " min"
        : number(seconds / 3600, false) + " h";
  }

  private static String number(double value, boolean isWhole) {
    return String.format(Locale.ROOT, isWhole || value >= 100 ? "%.0f" : "%.1f", value);
  }
}
