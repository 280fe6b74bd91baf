package io.aitta.cli;

import java.util.List;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.history.DefaultHistory;

/**
 * The shell's history. Values are data, which no file but the store's own should hold: a line that
 * puts one is remembered as long as the shell runs, and never saved. Nor is a line that is not
 * understood, which may be such a line too.
 */
final class ShellHistory extends DefaultHistory {
  private final Parser parser;

  ShellHistory(Parser parser) {
    this.parser = parser;
  }

  @Override
  public boolean isPersistable(Entry entry) {
    String line = entry.line().strip();
    try {
      List<String> words = parser.parse(line, line.length()).words();
      return !words.isEmpty() && !words.get(0).equals("put");
    } catch (SyntaxError e) {
      return false;
    }
  }
}
