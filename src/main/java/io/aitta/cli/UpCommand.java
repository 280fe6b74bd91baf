package io.aitta.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Starts a local cluster: one process for each node, on 127.0.0.1.",
      "On existing data, starts the nodes that do not run, as they were made."
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Session session;

  @Mixin private DataOption data = new DataOption();
  @Mixin private UpSettings settings = new UpSettings();

  @Option(names = "--foreground", description = "Stays; Ctrl-C then stops every node.")
  private boolean foreground;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long nodes may take to be ready (default: 3m).")
  private @Nullable String patience;

  UpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Duration wait = StartCommand.patience(patience);
    Path directory = data.directory();
    ClusterFile cluster;
    try (FileChannel lock = LocalNodes.lock(directory)) {
      boolean isNew = !ClusterFile.exists(directory);
      cluster = isNew ? settings.make() : settings.matching(ClusterFile.read(directory));
      ClusterFile all = cluster;
      LocalNodes nodes = new LocalNodes(directory, cluster);
      List<ClusterFile.Node> running = nodes.runningNodes();
      List<ClusterFile.Node> wanted =
          cluster.nodes().stream().filter(node -> !running.contains(node)).toList();
      // Before anything is written: a cluster that cannot start leaves nothing behind.
      wanted.forEach(LocalNodes::requireFreePorts);
      if (isNew) {
        cluster.write(directory);
      }
      running.forEach(node -> session.streams().out().println(node.name() + " runs already"));
      ClusterStart start = new ClusterStart(directory, cluster, session.launcher());
      Thread stopAtExit = new Thread(() -> nodes.stop(all.nodes(), GRACE), "aitta-stop-nodes");
      if (foreground) {
        Runtime.getRuntime().addShutdownHook(stopAtExit);
      }
      try {
        start.start(wanted, wait);
      } catch (CommandFailure | IOException e) {
        // Those that ran before are left running; the others are stopped by now.
        Runtime.getRuntime().removeShutdownHook(stopAtExit);
        if (isNew) {
          cluster.forgetUnlessItHasData(directory);
        }
        throw e;
      }
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    report(directory, cluster);
    if (foreground) {
      awaitEnd(new LocalNodes(directory, cluster), cluster);
    }
    return ExitCode.DONE;
  }

  private void report(Path directory, ClusterFile cluster) {
    LocalNodes nodes = new LocalNodes(directory, cluster);
    Table table = new Table("node", "cluster port", "http", "pid", "log");
    for (ClusterFile.Node node : cluster.nodes()) {
      table.row(
          node.name(),
          Integer.toString(node.arteryPort()),
          "http://" + ClusterFile.HOST + ":" + node.httpPort(),
          nodes.running(node).map(process -> Long.toString(process.pid())).orElse("-"),
          node.folder(directory).resolve("log").toString());
    }
    boolean isDefault = directory.equals(Path.of("aitta-data").toAbsolutePath().normalize());
    String option = isDefault ? "" : " --data " + directory;
    session.streams().out().print(table);
    session
        .streams()
        .out()
        .printf(
            "%nThe cluster of %d nodes is ready. Next:%n"
                + "  aitta put%s greetings hello world%n"
                + "  aitta get%s greetings hello%n"
                + "  aitta status%s%n"
                + "  aitta stop%s%s%n",
            cluster.nodes().size(),
            option,
            option,
            option,
            option,
            foreground ? "   (or Ctrl-C here)" : "");
    session.streams().out().flush();
  }

  private static void awaitEnd(LocalNodes nodes, ClusterFile cluster) {
    for (ClusterFile.Node node : cluster.nodes()) {
      // One that another command stopped and started again is another process of the same node.
      while (true) {
        var process = nodes.running(node);
        if (process.isEmpty()) {
          break;
        }
        process.get().onExit().join();
      }
    }
  }

  static boolean isReadable(Path file) {
    return Files.isRegularFile(file) && Files.isReadable(file);
  }
}
