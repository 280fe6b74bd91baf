package io.aitta.cli;

import io.aitta.AittaNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "aitta",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A replicated store for Apache Pekko applications, on this machine.",
    footer = {
      "",
      "Exit codes: 0 done, 1 not found, 2 usage, 3 refused or unavailable, 4 may have been applied."
    })
final class AittaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** All commands, over one session. */
  static CommandLine commandLine(Session session, Function<ActorSystem<?>, AittaNode> open) {
    CommandLine line = new CommandLine(new AittaCommand()).addSubcommand(new UpCommand(session));
    withClients(session, line);
    line.addSubcommand(new ShellCommand(session));
    line.addSubcommand(new NodeCommand(session, open));
    return prepared(session, line);
  }

  /** The commands that the shell has too. */
  static CommandLine shellLine(Session session) {
    return prepared(session, withClients(session, new CommandLine(new AittaCommand())));
  }

  private static CommandLine withClients(Session session, CommandLine line) {
    return line.addSubcommand(new StatusCommand(session))
        .addSubcommand(new PutCommand(session))
        .addSubcommand(new GetCommand(session))
        .addSubcommand(new DeleteCommand(session))
        .addSubcommand(new ExplainCommand(session))
        .addSubcommand(new ImportCommand(session))
        .addSubcommand(new RepairCommand(session))
        .addSubcommand(new StopCommand(session))
        .addSubcommand(new StartCommand(session))
        .addSubcommand(new AddCommand(session))
        .addSubcommand(new LeaveCommand(session))
        .addSubcommand(new RestartCommand(session));
  }

  private static CommandLine prepared(Session session, CommandLine line) {
    line.setOut(new PrintWriter(session.streams().out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(session.streams().err(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(
        (problem, arguments) -> {
          String command = problem.getCommandLine().getCommandSpec().qualifiedName();
          return fail(
              session, ExitCode.USAGE, described(problem) + " (see '" + command + " --help')");
        });
    line.setExecutionExceptionHandler(
        (problem, command, result) ->
            problem instanceof CommandFailure failure
                ? fail(session, failure.exitCode(), failure.line())
                : fail(session, ExitCode.REFUSED, described(problem)));
    return line;
  }

  private static int fail(Session session, int exitCode, String line) {
    session.streams().out().flush();
    session.streams().err().println("aitta: " + line.strip().replaceAll("\\R\\s*", " "));
    return exitCode;
  }

  private static String described(CommandLine.ParameterException problem) {
    if (!(problem instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return String.valueOf(problem.getMessage());
    }
    String first = unmatched.getUnmatched().get(0);
    String what =
        first.startsWith("-")
            ? "unknown option"
            : unmatched.getCommandLine().getParent() == null
                ? "unknown command"
                : "one argument too many:";
    return what + " '" + first + "'";
  }

  private static String described(Exception problem) {
    if (problem instanceof InterruptedException) {
      return "interrupted";
    }
    return problem instanceof IOException failure
        ? CommandFailure.reason(failure)
        : "internal error: " + problem;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }
}
