package io.aitta.http;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of durations in the HTTP API and on the command line: {@code 500ms}, {@code 7d}.
 */
public final class DurationText {

  /** Says what the form is. */
  public static final String FORM = "a number and one of ms, s, m, h, d, as in 30s";

  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException naming the text and the form
   */
  public static Duration parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("duration must be " + FORM + ", was [" + text + "]");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      // At most 12 digits: even so many days are fewer seconds than a long can count.
      case "m" -> Duration.ofSeconds(amount * 60);
      case "h" -> Duration.ofSeconds(amount * 3_600);
      default -> Duration.ofSeconds(amount * 86_400);
    };
  }
}
