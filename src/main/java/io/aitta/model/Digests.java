package io.aitta.model;

import java.util.Arrays;

/** An immutable sequence of 64-bit digests that compares by content. */
public final class Digests {

  /** No digests. */
  public static final Digests EMPTY = new Digests(new long[0]);

  private final long[] values;

  private Digests(long[] values) {
    this.values = values;
  }

  /** Copies an array. */
  public static Digests copyOf(long... source) {
    return new Digests(source.clone());
  }

  /** Takes an array over: the caller must never write to it again. */
  public static Digests wrap(long[] owned) {
    return new Digests(owned);
  }

  /** The number of digests. */
  public int size() {
    return values.length;
  }

  /** The digest at a position, from 0. */
  public long get(int position) {
    return values[position];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digests that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Returns the size alone. */
  @Override
  public String toString() {
    return "Digests[" + values.length + "]";
  }
}
