package io.aitta.multijvm;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Values that differ from each other, and their checksums. */
final class Values {
  private Values() {}

  /**
   * A value that starts with its name; the rest are bytes that follow from the name.
   *
   * @param bytes its size, at least the name's
   */
  static byte[] of(String name, int bytes) {
    byte[] head = (name + "|").getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[Math.max(bytes, head.length)];
    new SplittableRandom(name.hashCode()).nextBytes(value);
    System.arraycopy(head, 0, value, 0, head.length);
    return value;
  }

  /** From 1 to 10 KB, by the name. */
  static byte[] of(String name) {
    return of(name, 1_000 + Math.floorMod(name.hashCode(), 9_001));
  }

  /** SHA-256, in hexadecimal digits. */
  static String checksum(byte[] value) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
