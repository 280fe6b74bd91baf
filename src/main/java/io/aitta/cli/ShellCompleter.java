package io.aitta.cli;

import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;

/** Completes commands, their options, and the names of stores that this session has seen. */
final class ShellCompleter implements Completer {
  private static final List<String> COMMANDS =
      List.of(
          "delete", "exit", "explain", "get", "help", "import", "put", "start", "status", "stop");
  private static final Set<String> WITH_STORE = Set.of("delete", "explain", "get", "put");

  private final Set<String> stores;
  private final CommandLine commands;

  ShellCompleter(Set<String> stores, CommandLine commands) {
    this.stores = stores;
    this.commands = commands;
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
    CommandLine command = commands.getSubcommands().get(words.get(0));
    if (command != null && words.get(index).startsWith("-")) {
      return command.getCommandSpec().options().stream()
          .map(CommandLine.Model.OptionSpec::longestName)
          .toList();
    }
    if (index == 1 && words.get(0).equals("help")) {
      return commands.getSubcommands().keySet();
    }
    return index == 1 && WITH_STORE.contains(words.get(0)) ? stores : List.of();
  }
}
