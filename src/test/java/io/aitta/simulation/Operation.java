package io.aitta.simulation;

/**
 * One operation of a history of one key. Values are numbers above 0, each put once; 0 stands for
 * "absent".
 *
 * @param id names it in reports
 * @param kind what was done
 * @param value what was put, what expired, or what a get returned
 * @param invoked when it began
 * @param returned when it was answered; {@link #NEVER} if it was not, or if it may or may not take
 *     effect
 */
record Operation(int id, Kind kind, int value, long invoked, long returned) {
  static final long NEVER = Long.MAX_VALUE;

  /** What an operation does to the register. */
  enum Kind {
    PUT,
    DELETE,
    GET,
    /**
     * A value's time to live ended: once, at any time after its put began, if it is still there.
     */
    EXPIRE
  }

  /** Whether it may be left out: it was not acknowledged. */
  boolean isOptional() {
    return returned == NEVER;
  }

  /** The same operation, returned at another time. */
  Operation returnedBy(long time) {
    return new Operation(id, kind, value, invoked, time);
  }

  /** The register after it, or -1 if it cannot happen on that register. */
  int apply(int register) {
    return switch (kind) {
      case PUT -> value;
      case DELETE -> 0;
      case GET -> value == register ? register : -1;
      case EXPIRE -> value == register ? 0 : -1;
    };
  }
}
