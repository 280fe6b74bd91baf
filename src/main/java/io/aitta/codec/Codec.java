package io.aitta.codec;

/**
 * Turns values into bytes and back, on the nodes that put and get them: replicas store the bytes
 * and never need the classes. Safe for use by any thread.
 *
 * @param <V> the values
 */
public interface Codec<V> {

  /**
   * Names the form of the bytes: stored beside them and returned with them, so that a reader can
   * tell them apart. 1 to 64 characters of {@code [a-z0-9./+-]}.
   */
  String id();

  /**
   * Returns the bytes of a value. The array is taken over: never write to it again.
   *
   * @throws CodecException if the value has no such form
   */
  byte[] encode(V value);

  /**
   * Returns the value of bytes.
   *
   * @param codecId the id under which the bytes were stored, which may be another codec's
   * @throws CodecException if they are not the form of a value
   */
  V decode(String codecId, byte[] bytes);
}
