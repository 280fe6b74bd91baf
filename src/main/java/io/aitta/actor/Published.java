package io.aitta.actor;

/**
 * The latest of a sequence of immutable values: one actor writes, any thread reads.
 *
 * @param <T> an immutable type
 */
public final class Published<T> {
  private volatile T value;

  /** Begins with a value. */
  public Published(T first) {
    value = first;
  }

  /** The latest value. */
  public T get() {
    return value;
  }

  void set(T next) {
    value = next;
  }
}
