package io.aitta.cli;

import io.aitta.http.DurationText;
import io.aitta.model.Consistency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What get, put and delete have in common. */
final class RequestOptions {

  /** Longer than the nodes' own default, so that theirs is what ends a request. */
  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(15);

  private static final Duration MARGIN = Duration.ofSeconds(5);

  @Option(
      names = "--consistency",
      paramLabel = "LEVEL",
      description = "ONE, TWO, THREE, QUORUM or ALL (default: QUORUM).")
  private @Nullable String consistency;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long the answer may take: 500ms, 30s.")
  private @Nullable String timeout;

  /** The query's parameters, each with a leading ampersand. */
  String query() {
    StringBuilder query = new StringBuilder();
    if (consistency != null) {
      query.append("&consistency=").append(checkedConsistency(consistency));
    }
    if (timeout != null) {
      query.append("&timeout=").append(checkedDuration("--timeout", timeout));
    }
    return query.toString();
  }

  /** How long to wait for a node before it counts as silent. */
  Duration patience() {
    return timeout == null ? DEFAULT_WAIT : DurationText.parse(timeout).plus(MARGIN);
  }

  static String checkedDuration(String option, String text) {
    try {
      DurationText.parse(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + " must be " + DurationText.FORM + ", was [" + text + "]");
    }
  }

  static String checkedConsistency(String text) {
    try {
      return Consistency.parse(text).name();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }
}
