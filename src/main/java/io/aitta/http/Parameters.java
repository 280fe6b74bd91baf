package io.aitta.http;

import io.aitta.model.Consistency;
import io.aitta.model.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The query's parameters, read and checked: each failure names the value and the bound. */
final class Parameters {

  /** The longest time to live, ten years as {@link io.aitta.WriteOptions} has it. */
  static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(3650);

  private final Map<String, String> given;

  /**
   * @throws HttpProblem if one is given that the route does not know
   */
  Parameters(Map<String, String> given, Set<String> known) {
    this.given = given;
    for (String name : new TreeSet<>(given.keySet())) {
      if (!known.contains(name)) {
        String names = known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known));
        throw HttpProblem.badRequest(
            "UNKNOWN_PARAMETER",
            "parameter [" + name + "] is unknown here; known: " + names,
            name,
            names);
      }
    }
  }

  Consistency consistency() {
    String text = given.get("consistency");
    if (text == null) {
      return Consistency.QUORUM;
    }
    try {
      return Consistency.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest(
          "BAD_CONSISTENCY", String.valueOf(e.getMessage()), text, "ONE, TWO, THREE, QUORUM, ALL");
    }
  }

  @Nullable Duration timeToLive() {
    return duration("ttl", MAX_TIME_TO_LIVE, "3650d");
  }

  @Nullable Duration timeout(Duration most) {
    return duration("timeout", most, most.toMillis() + "ms");
  }

  boolean isSettled() {
    String text = given.getOrDefault("settled", "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw HttpProblem.badRequest(
          "BAD_PARAMETER",
          "settled must be true or false, was [" + text + "]",
          text,
          "true or false");
    }
    return text.equals("true");
  }

  /** The key that the query names. */
  String key() {
    String key = given.get("key");
    if (key == null) {
      throw HttpProblem.badRequest("BAD_KEY", "parameter [key] must be given", null, "key=");
    }
    return key;
  }

  /** Makes a key of names that were decoded, and so are well-formed. */
  static Key key(String store, String name) {
    try {
      Key.requireStoreName(store);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest(
          "BAD_STORE", String.valueOf(e.getMessage()), store, "[a-z0-9-]{1,64}");
    }
    try {
      return Key.of(store, name);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest(
          "BAD_KEY",
          String.valueOf(e.getMessage()),
          name.getBytes(StandardCharsets.UTF_8).length,
          "1 to " + Key.MAX_KEY_BYTES + " bytes");
    }
  }

  private @Nullable Duration duration(String name, Duration most, String bound) {
    String text = given.get(name);
    if (text == null) {
      return null;
    }
    Duration duration;
    try {
      duration = DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest(
          "BAD_DURATION",
          name + " must be " + DurationText.FORM + ", was [" + text + "]",
          text,
          DurationText.FORM);
    }
    if (duration.isZero() || duration.compareTo(most) > 0) {
      throw HttpProblem.badRequest(
          "BAD_DURATION",
          name + " must be above 0 and at most " + bound + ", was [" + text + "]",
          text,
          bound);
    }
    return duration;
  }
}
