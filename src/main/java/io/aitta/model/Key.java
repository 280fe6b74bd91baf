package io.aitta.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The name of an entry: a store and a key in it. The encoded form, which orders, hashes and
 * travels, is one byte with the length of the store's name, the name, then the key's UTF-8 bytes.
 */
public final class Key implements Comparable<Key> {

  /** The largest key, in UTF-8 bytes. A smaller bound may be set; a larger one may not. */
  public static final int MAX_KEY_BYTES = 1024;

  /** The largest encoded form, in bytes. */
  public static final int MAX_ENCODED_BYTES = 1 + 64 + MAX_KEY_BYTES;

  private static final Pattern STORE = Pattern.compile("[a-z0-9-]{1,64}");

  private final byte[] encoded;
  private final long hash;

  private Key(byte[] encoded) {
    this.encoded = encoded;
    this.hash = Hashing.hash64(encoded);
  }

  /**
   * Makes a key.
   *
   * @param store matches {@code [a-z0-9-]{1,64}}
   * @param key 1 to 1,024 bytes in UTF-8, without unpaired surrogates
   * @throws IllegalArgumentException naming the value and the bound
   */
  public static Key of(String store, String key) {
    requireStoreName(store);
    byte[] bytes;
    try {
      ByteBuffer buffer =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(java.nio.CharBuffer.wrap(key));
      bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "key must be encodable as UTF-8, has an unpaired surrogate", e);
    }
    if (bytes.length < 1 || bytes.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key must have 1 to " + MAX_KEY_BYTES + " bytes in UTF-8, has [" + bytes.length + "]");
    }
    byte[] encoded = new byte[1 + store.length() + bytes.length];
    encoded[0] = (byte) store.length();
    byte[] storeBytes = store.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(storeBytes, 0, encoded, 1, storeBytes.length);
    System.arraycopy(bytes, 0, encoded, 1 + storeBytes.length, bytes.length);
    return new Key(encoded);
  }

  /**
   * Reads the encoded form.
   *
   * @param encoded not copied: the caller must never write to it again
   * @throws IllegalArgumentException if it is not an encoded key
   */
  public static Key decode(byte[] encoded) {
    int storeLength = encoded.length == 0 ? 0 : encoded[0];
    int keyLength = encoded.length - 1 - storeLength;
    if (storeLength < 1 || storeLength > 64 || keyLength < 1 || keyLength > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "encoded key has bad lengths: ["
              + encoded.length
              + "] bytes, store of ["
              + storeLength
              + "]");
    }
    for (int i = 1; i <= storeLength; i++) {
      byte b = encoded[i];
      if (!((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-')) {
        throw new IllegalArgumentException("encoded key has a store name outside [a-z0-9-]");
      }
    }
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(encoded, 1 + storeLength, keyLength));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("encoded key is not UTF-8", e);
    }
    return new Key(encoded);
  }

  /**
   * Checks the name of a store.
   *
   * @throws IllegalArgumentException if it does not match {@code [a-z0-9-]{1,64}}
   */
  public static void requireStoreName(String store) {
    if (!STORE.matcher(store).matches()) {
      throw new IllegalArgumentException(
          "store name must match [a-z0-9-]{1,64}, was [" + store + "]");
    }
  }

  /** The store's name. */
  public String store() {
    return new String(encoded, 1, encoded[0], StandardCharsets.US_ASCII);
  }

  /** The key within its store. */
  public String name() {
    int start = 1 + encoded[0];
    return new String(encoded, start, encoded.length - start, StandardCharsets.UTF_8);
  }

  /** The number of UTF-8 bytes of the key within its store. */
  public int nameBytes() {
    return encoded.length - 1 - encoded[0];
  }

  /** The number of bytes of the encoded form. */
  public int encodedSize() {
    return encoded.length;
  }

  /** Returns a copy of the encoded form. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /** Appends the encoded form to the buffer, which must have room for it. */
  public void writeTo(ByteBuffer target) {
    target.put(encoded);
  }

  /**
   * A hash of the encoded form that is the same on every node and in every version: it places keys
   * on partitions.
   */
  public long hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && hash == that.hash && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  /** Orders by the unsigned bytes of the encoded form, as ordered engines do. */
  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(encoded, other.encoded);
  }

  @Override
  public String toString() {
    return store() + "/" + name();
  }
}
