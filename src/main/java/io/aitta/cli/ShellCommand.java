package io.aitta.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads commands, one a line, until 'exit' or Ctrl-D: put, get, delete, status, explain, …",
      "From a pipe too; then the exit code is that of the last command that failed.",
      "The history is kept in the data directory, without lines that put a value."
    })
final class ShellCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();

  ShellCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    DefaultParser parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(true);
    return session.streams().isInteractive() ? interactive(parser) : piped(parser);
  }

  private int interactive(DefaultParser parser) throws IOException {
    Path history = data.directory().resolve("shell-history");
    // Without it the directory is not there yet, and history is kept for this session alone.
    boolean keepsHistory = ClusterFile.exists(data.directory());
    if (keepsHistory) {
      SafeFiles.makePrivate(history);
    }
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      LineReaderBuilder builder =
          LineReaderBuilder.builder()
              .appName("aitta")
              .terminal(terminal)
              .parser(parser)
              .history(new ShellHistory(parser))
              .completer(new ShellCompleter(session.stores(), AittaCommand.shellLine(session)))
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
      if (keepsHistory) {
        builder.variable(LineReader.HISTORY_FILE, history);
      }
      LineReader reader = builder.build();
      terminal
          .writer()
          .println("The cluster in " + data.directory() + ": 'help' shows the commands.");
      // Ctrl-C ends a command that runs, and not the shell with it.
      Thread self = Thread.currentThread();
      terminal.handle(Terminal.Signal.INT, signal -> self.interrupt());
      while (true) {
        try {
          String line = reader.readLine("aitta> ");
          if (isExit(line)) {
            return ExitCode.DONE;
          }
          run(parser, line);
          // One that came after the command had ended is forgotten.
          boolean unused = Thread.interrupted();
        } catch (UserInterruptException e) {
          terminal.writer().println("(exit or Ctrl-D ends the shell)");
        } catch (EndOfFileException e) {
          return ExitCode.DONE;
        }
      }
    }
  }

  private int piped(Parser parser) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(session.streams().in(), StandardCharsets.UTF_8));
    int last = ExitCode.DONE;
    for (String line = reader.readLine(); line != null && !isExit(line); line = reader.readLine()) {
      int code = run(parser, line);
      last = code == ExitCode.DONE ? last : code;
    }
    return last;
  }

  /** {@code help get} is what {@code get --help} is elsewhere. */
  private static String[] arguments(List<String> words) {
    if (!words.get(0).equals("help")) {
      return words.toArray(String[]::new);
    }
    return words.size() == 1 ? new String[] {"--help"} : new String[] {words.get(1), "--help"};
  }

  private static boolean isExit(String line) {
    return List.of("exit", "quit").contains(line.strip());
  }

  /** Carries out one line. Whatever it does, the shell goes on. */
  private int run(Parser parser, String line) {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return ExitCode.DONE;
    }
    List<String> words;
    try {
      ParsedLine parsed = parser.parse(text, text.length());
      words = parsed.words();
    } catch (SyntaxError e) {
      session.streams().err().println("aitta: " + e.getMessage());
      return ExitCode.USAGE;
    }
    CommandLine commands = AittaCommand.shellLine(session.withoutInput());
    // The shell's own directory holds for its commands, unless one names another.
    commands
        .getSubcommands()
        .values()
        .forEach(
            command ->
                command.setDefaultValueProvider(
                    argument ->
                        argument.isOption()
                                && ((CommandLine.Model.OptionSpec) argument)
                                    .longestName()
                                    .equals("--data")
                            ? data.directory().toString()
                            : null));
    int code = commands.execute(arguments(words));
    session.streams().out().flush();
    return code;
  }
}
