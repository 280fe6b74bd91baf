package io.aitta.model;

import java.util.Locale;

/**
 * How many members of a key's partition an operation needs. Counted over the members of the
 * configuration, never over who is reachable.
 */
public enum Consistency {
  /** One member. */
  ONE,
  /** Two members. */
  TWO,
  /** Three members. */
  THREE,
  /** A majority: half of the members, rounded down, plus one. The default, both ways. */
  QUORUM,
  /** Every member. */
  ALL;

  /**
   * The number of members that are needed; may exceed the number that there are, and is refused
   * then.
   *
   * @param members at least 1
   */
  public int required(int members) {
    if (members < 1) {
      throw new IllegalArgumentException("members must be at least 1, was [" + members + "]");
    }
    return switch (this) {
      case ONE -> 1;
      case TWO -> 2;
      case THREE -> 3;
      case QUORUM -> members / 2 + 1;
      case ALL -> members;
    };
  }

  /**
   * Reads a name in any case.
   *
   * @throws IllegalArgumentException naming the text and the choices
   */
  public static Consistency parse(String text) {
    for (Consistency consistency : values()) {
      if (consistency.name().equals(text.toUpperCase(Locale.ROOT))) {
        return consistency;
      }
    }
    throw new IllegalArgumentException(
        "consistency must be one of ONE, TWO, THREE, QUORUM, ALL, was [" + text + "]");
  }
}
