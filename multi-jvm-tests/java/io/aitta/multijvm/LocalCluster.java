package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.FreePorts;
import io.aitta.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A local cluster that {@code aitta up} started, as a user starts it; each command is a process.
 * Its nodes belong to no process of the tests: {@link #close} ends them.
 */
final class LocalCluster implements AutoCloseable {
  private static final long PATIENCE_MINUTES = 4;

  private final Path directory;
  private final List<ProcessNode> nodes;

  private LocalCluster(Path directory, List<ProcessNode> nodes) {
    this.directory = directory;
    this.nodes = nodes;
  }

  /** How a command ended, and what it printed to either output. */
  record Ended(int exitCode, String out, String err) {

    Ended requireDone() {
      assertEquals(0, exitCode, out + err);
      return this;
    }
  }

  /**
   * Starts a cluster.
   *
   * @param options further ones of {@code aitta up}
   */
  static LocalCluster up(Path directory, int count, String... options) {
    int port = FreePorts.next(2 * count);
    LocalCluster cluster =
        new LocalCluster(
            directory,
            IntStream.range(0, count)
                .mapToObj(
                    i -> new ProcessNode("node-" + (i + 1), port + i, port + count + i, directory))
                .toList());
    List<String> up = new ArrayList<>(List.of("up", "--nodes", Integer.toString(count)));
    up.addAll(List.of("--port", Integer.toString(port)));
    up.addAll(List.of("--http-port", Integer.toString(port + count), "--heap", "256m"));
    up.addAll(Arrays.asList(options));
    try {
      cluster.run(up.toArray(new String[0])).requireDone();
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Its nodes, to be asked only: their processes are not the tests' own. */
  List<ProcessNode> nodes() {
    return nodes;
  }

  /** The process ids of its nodes, in order. */
  List<Long> pids() {
    return nodes.stream().map(node -> pid(directory.resolve(node.name()).resolve("pid"))).toList();
  }

  private static long pid(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new AssertionError("no process id in " + file, e);
    }
  }

  /** Runs one command of {@code bin/aitta} on it, to its end. */
  Ended run(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Daitta.home=" + Path.of("").toAbsolutePath());
    command.add(Main.class.getName());
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--data", directory.toString()));
    Path out = directory.resolveSibling(directory.getFileName() + ".out");
    Path err = directory.resolveSibling(directory.getFileName() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("CLASSPATH", ProcessNode.classPath());
    try {
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "does not end: " + command + "\n" + Files.readString(out) + Files.readString(err));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new AssertionError("was not run: " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  void printEndOfLogs() {
    nodes.forEach(ProcessNode::printEndOfLog);
  }

  /** Ends its nodes, in whatever state they are. */
  @Override
  public void close() {
    if (Files.exists(directory.resolve("cluster.json"))) {
      run("stop", "--kill").requireDone();
    }
  }
}
