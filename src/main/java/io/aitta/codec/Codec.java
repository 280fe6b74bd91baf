package io.aitta.codec;

/**
 * Turns values into bytes and back, on the nodes that put and get them: replicas store the bytes
 * and never need the classes. Safe for use by any thread.
 *
 * <p>{@link JacksonCodec} is the default, {@link StringCodec} and {@link BytesCodec} stand beside
 * it; any other form is an implementation of this interface.
 *
 * @param <V> the values
 */
public interface Codec<V> {

  /**
   * Names the form of the bytes: stored beside them and returned with them, so that a reader can
   * tell them apart. 1 to 64 characters of {@code [a-z0-9./+-]}; the same for the life of the data.
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
   * @param codecId the id under which the bytes were stored, which may be another codec's; {@link
   *     #requireStoredAs} refuses those
   * @param bytes the caller's own: the codec may keep them
   * @throws CodecException if they are not the form of a value
   */
  V decode(String codecId, byte[] bytes);

  /**
   * Checks the name of a form.
   *
   * @throws IllegalArgumentException if it does not match {@code [a-z0-9./+-]{1,64}}
   */
  static void requireId(String id) {
    if (!CodecIds.VALID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "codec id must match " + CodecIds.VALID + ", was [" + id + "]");
    }
  }

  /**
   * Refuses bytes that were stored under another id.
   *
   * @throws CodecException naming both ids, if they differ
   */
  static void requireStoredAs(String id, String codecId) {
    if (!codecId.equals(id)) {
      throw new CodecException("stored as [" + codecId + "], read as [" + id + "]");
    }
  }
}
