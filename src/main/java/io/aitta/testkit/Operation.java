package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.model.Version;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a {@link History}: what a client asked for, and what it was told.
 *
 * @param number its place in the history, from 1, in the order of beginnings; names it in reports
 * @param client who asked, for reports
 * @param key of the store and in it
 * @param kind what was asked for
 * @param value what was put, or what a get found, by what identifies it; null for a delete, for a
 *     get that found nothing, and for one of which nothing is known
 * @param outcome how it ended
 * @param version of what was written or found, if it is known
 * @param invokedNanos when it began, in nanoseconds since any one instant
 * @param returnedNanos when it was answered, of the same clock; {@link #NEVER} for a write that was
 *     not acknowledged, which may take effect at any time after it began
 */
public record Operation(
    long number,
    String client,
    Key key,
    Kind kind,
    @Nullable Object value,
    Outcome outcome,
    @Nullable Version version,
    long invokedNanos,
    long returnedNanos) {

  /** Stands for a time that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** What was asked for. */
  public enum Kind {
    /** A put of a value that stays. */
    PUT,
    /**
     * A put of a value with a time to live: it may be gone at any time after it took effect, once,
     * if it was not overwritten.
     */
    EXPIRING_PUT,
    /** A delete. */
    DELETE,
    /** A get. */
    GET
  }

  /** How an operation ended. */
  public enum Outcome {
    /** A write was acknowledged; a get found a value, or that there is none. */
    OK,
    /**
     * A write may take effect, once, at any time after it began, or never; of a get nothing is
     * known. What was not answered yet is so too.
     */
    UNKNOWN,
    /** It had no effect and never will have any. */
    NOT_DONE
  }

  /** Whether it is a put or a delete. */
  public boolean isWrite() {
    return kind != Kind.GET;
  }

  /** Whether it is a write that was acknowledged. */
  public boolean isAcknowledged() {
    return isWrite() && outcome == Outcome.OK;
  }

  /** Whether it is a get that found a value, or that there is none. */
  public boolean isAnsweredGet() {
    return kind == Kind.GET && outcome == Outcome.OK;
  }

  /** Whether it was answered before another one began. */
  public boolean precedes(Operation other) {
    return returnedNanos < other.invokedNanos;
  }

  /** The same as it was when it had not been answered yet. */
  Operation unanswered() {
    return new Operation(
        number,
        client,
        key,
        kind,
        isWrite() ? value : null,
        Outcome.UNKNOWN,
        null,
        invokedNanos,
        NEVER);
  }

  @Override
  public String toString() {
    String what =
        switch (kind) {
          case PUT -> "put " + value;
          case EXPIRING_PUT -> "put with a time to live " + value;
          case DELETE -> "delete";
          case GET ->
              outcome != Outcome.OK
                  ? "get"
                  : value == null ? "get found nothing" : "get found " + value;
        };
    String end =
        switch (outcome) {
          case OK -> kind == Kind.GET ? "" : ", acknowledged";
          case UNKNOWN -> kind == Kind.GET ? ", no answer" : ", may have happened";
          case NOT_DONE -> ", did not happen";
        };
    String until = returnedNanos == NEVER ? "" : " to " + millis(returnedNanos);
    return "#%d %s: %s%s%s, %s%s ms"
        .formatted(
            number,
            client,
            what,
            version == null ? "" : " @" + version,
            end,
            millis(invokedNanos),
            until);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }
}
