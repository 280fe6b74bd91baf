package io.aitta.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable sequence of bytes that compares by content. Nobody writes to the array behind it.
 */
public final class Bytes {

  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Copies an array. */
  public static Bytes copyOf(byte[] source) {
    return source.length == 0 ? EMPTY : new Bytes(source.clone());
  }

  /**
   * Takes an array over: the caller must never write to it again. Saves the copy where an array was
   * made for this purpose.
   */
  public static Bytes wrap(byte[] owned) {
    return owned.length == 0 ? EMPTY : new Bytes(owned);
  }

  /** Encodes a text as UTF-8. */
  public static Bytes ofUtf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int size() {
    return array.length;
  }

  /** Returns a copy. */
  public byte[] toByteArray() {
    return array.clone();
  }

  /** Returns a read-only view. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(array).asReadOnlyBuffer();
  }

  /** Appends all bytes to the buffer, which must have room for them. */
  public void writeTo(ByteBuffer target) {
    target.put(array);
  }

  /** Decodes UTF-8. */
  public String utf8() {
    return new String(array, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  /** Returns the size alone: values stay out of logs. */
  @Override
  public String toString() {
    return "Bytes[" + array.length + "]";
  }
}
