package io.aitta.cli;

import io.aitta.model.Bytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a file to import: good, or the reason why it is not.
 *
 * @param line the number of its first line, from 1
 * @param key null if it is bad
 * @param value a JSON object; null if it is bad
 * @param problem null if it is good
 */
record Row(long line, @Nullable String key, @Nullable Bytes value, @Nullable String problem) {

  static Row good(long line, String key, Bytes value) {
    return new Row(line, key, value, null);
  }

  static Row bad(long line, String problem) {
    return new Row(line, null, null, problem);
  }

  boolean isBad() {
    return problem != null;
  }

  /** The key of a good row. */
  String goodKey() {
    return Objects.requireNonNull(key);
  }

  /** The value of a good row. */
  Bytes goodValue() {
    return Objects.requireNonNull(value);
  }
}
