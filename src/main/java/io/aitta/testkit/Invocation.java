package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.model.Version;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An operation that was begun and is recorded in a {@link History}. It is ended once, by one of the
 * methods below, as soon as the client knows; until then, and if it never is, it counts as one that
 * may have happened. Safe for use by any thread.
 */
public final class Invocation {
  private final History history;
  private final long number;
  private volatile String client;
  private final Key key;
  private final Kind kind;
  private final @Nullable Object value;
  private final long invokedNanos;
  private final AtomicReference<@Nullable Operation> ended = new AtomicReference<>();

  Invocation(
      History history,
      long number,
      String client,
      Key key,
      Kind kind,
      @Nullable Object value,
      long invokedNanos) {
    this.history = history;
    this.number = number;
    this.client = client;
    this.key = key;
    this.kind = kind;
    this.value = value;
    this.invokedNanos = invokedNanos;
  }

  /** Names who asked, for reports, until it has ended; by itself it is the thread that began it. */
  public Invocation by(String name) {
    client = name;
    return this;
  }

  /** A write was acknowledged. */
  public void ok() {
    ok(null);
  }

  /**
   * A write was acknowledged.
   *
   * @param version of its receipt, if it is known
   */
  public void ok(@Nullable Version version) {
    requireWrite(true);
    end(value, Outcome.OK, version);
  }

  /** A write may have taken effect, or may yet; of a get nothing is known. */
  public void mayHaveHappened() {
    mayHaveHappened(null);
  }

  /**
   * A write may have taken effect, or may yet.
   *
   * @param version under which it then does, if it is known
   */
  public void mayHaveHappened(@Nullable Version version) {
    end(value, Outcome.UNKNOWN, version);
  }

  /** It had no effect and never will have any: it was refused, or never sent. */
  public void didNotHappen() {
    end(value, Outcome.NOT_DONE, null);
  }

  /** A get found a value. */
  public void found(Object value) {
    found(value, null);
  }

  /**
   * A get found a value.
   *
   * @param version of the value, if it is known
   */
  public void found(Object value, @Nullable Version version) {
    requireWrite(false);
    end(History.identify(value), Outcome.OK, version);
  }

  /** A get found that there is no value. */
  public void notFound() {
    notFound(null);
  }

  /**
   * A get found that there is no value.
   *
   * @param version of what says so, a delete or an expired value; null if the key is absent
   */
  public void notFound(@Nullable Version version) {
    requireWrite(false);
    end(null, Outcome.OK, version);
  }

  private void requireWrite(boolean isWanted) {
    if ((kind != Kind.GET) != isWanted) {
      throw new IllegalStateException("a " + kind + " does not end so: " + operation());
    }
  }

  private void end(@Nullable Object value, Outcome outcome, @Nullable Version version) {
    long nowNanos = history.nowNanos();
    boolean isOpen = outcome == Outcome.UNKNOWN && kind != Kind.GET;
    Operation end =
        new Operation(
            number,
            client,
            key,
            kind,
            value,
            outcome,
            version,
            invokedNanos,
            isOpen ? Operation.NEVER : nowNanos);
    if (!ended.compareAndSet(null, end)) {
      throw new IllegalStateException("it has ended already: " + operation());
    }
  }

  /** What is known of it now. */
  Operation operation() {
    Operation end = ended.get();
    return end != null
        ? end
        : new Operation(
            number, client, key, kind, value, Outcome.UNKNOWN, null, invokedNanos, Operation.NEVER);
  }
}
