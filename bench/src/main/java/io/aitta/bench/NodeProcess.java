package io.aitta.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node's process, as the benchmark sees it. Used by one thread. */
final class NodeProcess implements AutoCloseable {
  private static final String ENDED = "";

  private final int node;
  private final Path log;
  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private NodeProcess(int node, Path log, Process process) {
    this.node = node;
    this.log = log;
    this.process = process;
    this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "answers-" + node);
    reader.setDaemon(true);
    reader.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Starts a node.
   *
   * @param jvmOptions in which {@code {node}} stands for the node's number
   * @param log takes what it prints
   */
  static NodeProcess start(NodeSetup setup, List<String> jvmOptions, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : jvmOptions) {
      command.add(option.replace("{node}", Integer.toString(setup.node())));
    }
    command.add(Node.class.getName());
    command.add(Lines.write(setup));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      return new NodeProcess(setup.node(), log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start node " + setup.node(), e);
    }
  }

  private void readAnswers() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(Lines.ANSWER) || line.startsWith(Lines.PROBLEM)) {
          answers.add(line);
        }
      }
    } catch (IOException e) {
      answers.add(Lines.PROBLEM + e);
    }
    answers.add(ENDED);
  }

  void tell(NodeCommand command) {
    try {
      commands.write(Lines.JSON.writerFor(NodeCommand.class).writeValueAsString(command) + "\n");
      commands.flush();
    } catch (IOException e) {
      throw failure("does not listen: " + e.getMessage());
    }
  }

  <T extends NodeAnswer> T answer(Class<T> type, Duration within) {
    try {
      String line = answers.poll(within.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw failure("did not answer within " + within.toSeconds() + " s");
      }
      if (!line.startsWith(Lines.ANSWER)) {
        throw failure(
            line.equals(ENDED) ? "ended" : "failed: " + line.substring(Lines.PROBLEM.length()));
      }
      return Lines.read(line.substring(Lines.ANSWER.length()), type);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for");
    }
  }

  <T extends NodeAnswer> T ask(NodeCommand command, Class<T> type, Duration within) {
    tell(command);
    return answer(type, within);
  }

  private BenchFailure failure(String what) {
    return new BenchFailure("node " + node + " " + what + "; its log is " + log);
  }

  /** The processor time that it has used, in nanoseconds. */
  long cpuNanos() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** Lets it end by itself, but not for long. */
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        tell(new NodeCommand.Quit());
        process.waitFor(15, TimeUnit.SECONDS);
      }
    } catch (BenchFailure e) {
      // It has ended already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
