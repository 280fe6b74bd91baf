package io.aitta.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param isInteractive whether a person types the input and watches the output
 * @param isErrorWatched whether a person watches the error stream, so that a line may be redrawn
 */
record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean isInteractive,
    boolean isErrorWatched) {

  /**
   * The process's own. Java cannot tell which of them is a terminal, so {@code bin/aitta} says it:
   * {@code aitta.terminals} holds the digits of those that are.
   */
  static Streams ofProcess() {
    String terminals = System.getProperty("aitta.terminals", "");
    return new Streams(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        terminals.contains("0") && terminals.contains("1"),
        terminals.contains("2"));
  }
}
