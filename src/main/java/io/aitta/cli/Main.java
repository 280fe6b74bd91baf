package io.aitta.cli;

/** The entry point of {@code bin/aitta}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Session session = new Session(Streams.ofProcess(), new NodeLauncher(Main.class.getName()));
    System.exit(AittaCommand.commandLine(session, NodeProcess::open).execute(arguments));
  }
}
