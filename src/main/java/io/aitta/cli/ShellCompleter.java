package io.aitta.cli;

import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, then the names of stores that this session has seen. */
final class ShellCompleter implements Completer {
  private static final List<String> COMMANDS =
      List.of(
          "delete", "exit", "explain", "get", "help", "import", "put", "start", "status", "stop");
  private static final Set<String> WITH_STORE = Set.of("delete", "explain", "get", "put");

  private final Set<String> stores;

  ShellCompleter(Set<String> stores) {
    this.stores = stores;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    for (String word : words(line.words(), line.wordIndex())) {
      candidates.add(new Candidate(word));
    }
  }

  /** What may stand at a place, given the words before it. */
  Iterable<String> words(List<String> words, int index) {
    if (index == 0) {
      return COMMANDS;
    }
    return index == 1 && WITH_STORE.contains(words.get(0)) ? stores : List.of();
  }
}
