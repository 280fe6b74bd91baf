package io.aitta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
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
  private final Session session;

  @Mixin private DataOption data = new DataOption();
  @Mixin private UpSettings settings = new UpSettings();

  @Option(names = "--foreground", description = "Stays; Ctrl-C then stops every node.")
  private boolean foreground;

  @Option(names = "--json", description = "Prints JSON instead of a table.")
  private boolean json;

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
      announce(directory, wanted, running);
      ClusterStart start = new ClusterStart(directory, cluster, session.launcher());
      Thread stopAtExit = stopping(nodes, cluster, foreground ? all.nodes() : wanted);
      Runtime.getRuntime().addShutdownHook(stopAtExit);
      try {
        start.start(wanted, running, ClusterStart.Until.READY, wait);
      } catch (CommandFailure | IOException e) {
        // Those that ran before are left running; the others are stopped by now.
        removeHook(stopAtExit);
        if (isNew) {
          cluster.forgetUnlessItHasData(directory);
        }
        throw e;
      }
      if (!foreground) {
        removeHook(stopAtExit);
      }
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    if (json) {
      reportAsJson(directory, cluster);
    } else {
      report(directory, cluster);
    }
    if (foreground) {
      awaitEnd(new LocalNodes(directory, cluster), cluster);
    }
    return ExitCode.DONE;
  }

  /** What a person sees while nothing else happens. */
  private void announce(
      Path directory, List<ClusterFile.Node> wanted, List<ClusterFile.Node> running) {
    if (json || !session.streams().isErrorWatched()) {
      return;
    }
    if (!running.isEmpty()) {
      session.streams().err().println("aitta: " + count(running.size()) + " already running");
    }
    if (!wanted.isEmpty()) {
      session
          .streams()
          .err()
          .println("aitta: starting " + count(wanted.size()) + " in " + directory + " ...");
    }
  }

  private static String count(int nodes) {
    return nodes == 1 ? "1 node" : nodes + " nodes";
  }

  /** Stops nodes when Ctrl-C ends this command. */
  private Thread stopping(LocalNodes nodes, ClusterFile cluster, List<ClusterFile.Node> stopped) {
    Duration grace = LocalNodes.grace(data.directory(), cluster);
    return new Thread(
        () -> {
          int ended = nodes.stop(stopped, grace);
          if (session.streams().isErrorWatched()) {
            session.streams().err().println("aitta: stopped " + count(ended));
          }
        },
        "aitta-stop-nodes");
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C came first: the process ends with the hook, and has nothing more to say.
      LockSupport.park(hook);
    }
  }

  private void reportAsJson(Path directory, ClusterFile cluster) {
    LocalNodes nodes = new LocalNodes(directory, cluster);
    ObjectNode document = new ObjectMapper().createObjectNode();
    document.put("data", directory.toString());
    var rows = document.putArray("nodes");
    for (ClusterFile.Node node : cluster.nodes()) {
      rows.addObject()
          .put("name", node.name())
          .put("address", node.address())
          .put("http", node.httpAddress())
          .put("pid", nodes.running(node).map(ProcessHandle::pid).orElse(null))
          .put("log", node.folder(directory).resolve("log").toString());
    }
    session.streams().out().println(document.toPrettyString());
  }

  private void report(Path directory, ClusterFile cluster) {
    LocalNodes nodes = new LocalNodes(directory, cluster);
    Table table = new Table("node", "cluster port", "http", "pid", "log");
    for (ClusterFile.Node node : cluster.nodes()) {
      table.row(
          node.name(),
          Integer.toString(node.arteryPort()),
          node.httpAddress(),
          nodes.running(node).map(process -> Long.toString(process.pid())).orElse("-"),
          node.folder(directory).resolve("log").toString());
    }
    boolean isDefault = directory.equals(Path.of("aitta-data").toAbsolutePath().normalize());
    String option = isDefault ? "" : " --data " + ShellWords.quoted(directory.toString());
    String aitta = ShellWords.quoted(System.getProperty("aitta.command", "aitta"));
    session.streams().out().print(table);
    session
        .streams()
        .out()
        .printf(
            "%nThe cluster of %s is ready. Next:%n"
                + "  %s put%s greetings hello world%n"
                + "  %2$s get%3$s greetings hello%n"
                + "  %2$s status%3$s%n"
                + "  %2$s shell%3$s%n"
                + "  %2$s stop%3$s%s%n",
            count(cluster.nodes().size()), aitta, option, foreground ? "   (or Ctrl-C here)" : "");
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
