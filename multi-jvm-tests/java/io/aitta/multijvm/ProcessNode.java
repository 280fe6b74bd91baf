package io.aitta.multijvm;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node as a process. Its output is appended to {@code log} in its folder. */
final class ProcessNode {
  private static final long PATIENCE_SECONDS = 60;
  private static final int PRINTED_LINES = 60;

  private final String name;
  private final int arteryPort;
  private final int httpPort;
  private final NodeClient client;
  private final Path clusterDirectory;
  private List<String> launcher = List.of();
  private List<String> options = List.of();
  private @Nullable Process process;
  private @Nullable Process pause; // holds the node stopped while it runs

  ProcessNode(String name, int arteryPort, int httpPort, Path clusterDirectory) {
    this.name = name;
    this.arteryPort = arteryPort;
    this.httpPort = httpPort;
    this.client = new NodeClient(httpPort);
    this.clusterDirectory = clusterDirectory;
  }

  String name() {
    return name;
  }

  NodeClient client() {
    return client;
  }

  /** A command that its own is given to, and which becomes it in the end. */
  void launchBy(List<String> command) {
    launcher = command;
  }

  /** More options of its JVM. */
  void setOptions(List<String> more) {
    options = more;
  }

  /** Where its data is. */
  Path data() {
    return clusterDirectory.resolve(name).resolve("data");
  }

  long pid() {
    return Objects.requireNonNull(process, "never started").pid();
  }

  /** Where its ActorSystem is reached. */
  String address() {
    return "pekko://aitta@127.0.0.1:" + arteryPort;
  }

  int arteryPort() {
    return arteryPort;
  }

  int httpPort() {
    return httpPort;
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Starts it on its data. */
  void start(List<String> seeds) {
    Path folder = clusterDirectory.resolve(name);
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    command.add("-Dlogback.configurationFile=" + Path.of("conf", "logback.xml").toAbsolutePath());
    command.addAll(options);
    command.add(NodeMain.class.getName());
    command.addAll(List.of("node", "--data", clusterDirectory.toString(), "--name", name));
    command.addAll(List.of("--seeds", String.join(",", seeds)));
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().put("CLASSPATH", classPath());
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError(name + " was not started", e);
    }
  }

  static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  /** SIGKILL. Returns when the process is gone. */
  void kill() {
    killSoon();
    awaitEnd();
  }

  /** SIGTERM. Returns when the process has ended by itself. */
  void terminate() {
    Process running = process;
    if (running != null) {
      // Process.destroy would close its input too, which ends it at once.
      running.toHandle().destroy();
      Await.until(name + " ended", () -> running.isAlive() ? "it runs" : null);
    }
  }

  /** SIGKILL, without waiting for the end. */
  void killSoon() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Waits for its end and returns its exit code. */
  int awaitEnd() {
    Process ending = Objects.requireNonNull(process, "never started");
    try {
      if (!ending.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end");
      }
      return ending.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /**
   * SIGSTOP, until {@link #resume}, or until this process ends: a stopped one could not see that.
   */
  void pause() {
    String pid = Long.toString(pid());
    try {
      Process shell =
          new ProcessBuilder(
                  "sh", "-c", "kill -STOP $0 && echo stopped; read never; kill -CONT $0", pid)
              .redirectErrorStream(true)
              .start();
      pause = shell;
      String said = shell.inputReader(StandardCharsets.UTF_8).readLine();
      if (!"stopped".equals(said)) {
        throw new AssertionError(name + " was not stopped: " + said);
      }
    } catch (IOException e) {
      throw new AssertionError(name + " was not stopped", e);
    }
  }

  /** SIGCONT. */
  void resume() {
    Process shell = pause;
    pause = null;
    if (shell == null) {
      return;
    }
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " was not continued");
      }
    } catch (IOException e) {
      throw new AssertionError(name + " was not continued", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  Path log() {
    return clusterDirectory.resolve(name).resolve("log");
  }

  String logText() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw new AssertionError("unreadable log of " + name, e);
    }
  }

  void printEndOfLog() {
    List<String> lines = logText().lines().toList();
    System.err.println("---- " + log());
    lines
        .subList(Math.max(0, lines.size() - PRINTED_LINES), lines.size())
        .forEach(System.err::println);
  }

  /** The lines by which it said why it cannot start. */
  List<String> complaints() {
    return logText().lines().filter(line -> line.startsWith("aitta: ")).toList();
  }
}
