package io.aitta.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Strict percent-decoding: what is not an escape of two hexadecimal digits, or not UTF-8 once it is
 * decoded, is refused. Replacing it would let two different targets name one key.
 */
final class PercentDecoding {
  private PercentDecoding() {}

  /** Decodes a segment of a path, in which a plus sign is a plus sign. */
  static String pathSegment(String raw) {
    return decode(raw, false);
  }

  /** Decodes a name or value of a query, in which a plus sign is a space, as forms write it. */
  static String queryPart(String raw) {
    return decode(raw, true);
  }

  private static String decode(String raw, boolean plusIsSpace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 1 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed("[%] must be followed by two hexadecimal digits", raw);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c <= ' ' || c >= 0x7F) {
        throw malformed("request target must be printable ASCII, anything else escaped", raw);
      } else {
        bytes.write(plusIsSpace && c == '+' ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("escapes must decode to UTF-8", raw);
    }
  }

  private static HttpProblem malformed(String rule, String raw) {
    return HttpProblem.badRequest(
        "MALFORMED_TARGET", rule + ", was [" + raw + "]", raw, "percent-encoded UTF-8");
  }
}
