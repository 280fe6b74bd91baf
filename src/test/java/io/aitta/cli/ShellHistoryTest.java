package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellHistoryTest {
  private static final List<String> LINES =
      List.of(
          "get s k",
          "put s k secret-1",
          "'put' s k secret-3",
          "put s k \"secret-4",
          "delete s k",
          "explain s put");

  @TempDir private Path directory;

  @Test
  void linesThatPutAValueAreRememberedAndNeverSaved() throws IOException {
    Path file = directory.resolve("history");
    assertEquals(LINES, history(file, LINES));
    String saved = Files.readString(file);
    assertFalse(saved.contains("secret"), saved);
    assertEquals(List.of("get s k", "delete s k", "explain s put"), history(file, List.of()));
  }

  /** What a shell remembers, on such a file, after such lines. */
  private static List<String> history(Path file, List<String> lines) throws IOException {
    DefaultParser parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(true);
    List<String> remembered = new ArrayList<>();
    try (Terminal terminal =
        new DumbTerminal(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream())) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .parser(parser)
              .history(new ShellHistory(parser))
              .variable(LineReader.HISTORY_FILE, file)
              .build();
      reader.getHistory().attach(reader);
      lines.forEach(reader.getHistory()::add);
      reader.getHistory().save();
      reader.getHistory().forEach(entry -> remembered.add(entry.line()));
    }
    return remembered;
  }
}
