package io.aitta.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Values that can be checked: the number of the key, the stamp of the put, then bytes that follow
 * from both. A stamp is never used twice.
 */
final class Values {
  /** Room for the key and the stamp. */
  static final int MIN_BYTES = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int bytes;

  Values(int bytes) {
    if (bytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "value size must be at least " + MIN_BYTES + ", was [" + bytes + "]");
    }
    this.bytes = bytes;
  }

  byte[] of(int key, long stamp) {
    byte[] value = new byte[bytes];
    LONGS.set(value, 0, (long) key);
    LONGS.set(value, 8, stamp);
    long state = seed(key, stamp);
    int at = MIN_BYTES;
    for (; at + 8 <= bytes; at += 8) {
      state = next(state);
      LONGS.set(value, at, state);
    }
    for (; at < bytes; at++) {
      value[at] = (byte) state;
    }
    return value;
  }

  /** Whether this is a value of the key, whole. */
  boolean isValue(byte[] value, int key) {
    if (value.length != bytes || (long) LONGS.get(value, 0) != key) {
      return false;
    }
    long state = seed(key, stamp(value));
    int at = MIN_BYTES;
    for (; at + 8 <= bytes; at += 8) {
      state = next(state);
      if ((long) LONGS.get(value, at) != state) {
        return false;
      }
    }
    for (; at < bytes; at++) {
      if (value[at] != (byte) state) {
        return false;
      }
    }
    return true;
  }

  /** The stamp of a value that {@link #isValue} knows. */
  static long stamp(byte[] value) {
    return (long) LONGS.get(value, 8);
  }

  private static long seed(int key, long stamp) {
    return ((stamp * 0x9E3779B97F4A7C15L) ^ (key * 0xBF58476D1CE4E5B9L)) | 1;
  }

  /** Marsaglia's xorshift: never zero, as the seed is not. */
  private static long next(long state) {
    long mixed = state ^ (state << 13);
    mixed ^= mixed >>> 7;
    return mixed ^ (mixed << 17);
  }
}
