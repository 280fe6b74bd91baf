package io.aitta.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The physical lines of a text in UTF-8, with their numbers; lines can be given back. */
final class Lines {

  /** A longer line is bad: the rest of it is skipped, not kept. */
  static final int MAX_LINE_BYTES = 16 << 20;

  private final BufferedInputStream in;
  private final Deque<Line> givenBack = new ArrayDeque<>();
  private long bytesRead;
  private long number;

  /**
   * One line.
   *
   * @param text with its line break, if there is one; empty if it is bad
   * @param problem null unless it is no text in UTF-8, or too long
   */
  record Line(long number, String text, @Nullable String problem) {}

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** How many bytes were read so far. */
  long bytesRead() {
    return bytesRead;
  }

  @Nullable Line next() throws IOException {
    Line again = givenBack.poll();
    return again != null ? again : read();
  }

  /** Gives lines back: they are the next ones again, in their order. */
  void giveBack(List<Line> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      givenBack.push(lines.get(i));
    }
  }

  private @Nullable Line read() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    long seen = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      seen++;
      if (seen <= MAX_LINE_BYTES) {
        bytes.write(b);
      }
      if (b == '\n') {
        break;
      }
    }
    if (seen == 0) {
      return null;
    }
    bytesRead += seen;
    number++;
    if (seen > MAX_LINE_BYTES) {
      return new Line(
          number, "", "line must have at most " + MAX_LINE_BYTES + " bytes, has [" + seen + "]");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      // Some editors and spreadsheets mark the beginning of a file.
      return new Line(
          number, number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text, null);
    } catch (CharacterCodingException e) {
      return new Line(number, "", "line is not UTF-8");
    }
  }
}
