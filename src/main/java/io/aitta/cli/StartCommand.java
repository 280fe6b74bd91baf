package io.aitta.cli;

import io.aitta.http.DurationText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Starts a stopped or killed node again, on its data.")
final class StartCommand implements Callable<Integer> {
  private static final Duration PROBE = Duration.ofSeconds(5);

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", paramLabel = "NODE", description = "node-1, node-2, …")
  private String name = "";

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long it may take to be ready (default: 3m).")
  private @Nullable String patience;

  StartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Duration wait = patience(patience);
    Path directory = data.directory();
    ClusterFile cluster = ClusterFile.read(directory);
    ClusterFile.Node node = cluster.node(name);
    try (FileChannel lock = LocalNodes.lock(directory)) {
      LocalNodes nodes = new LocalNodes(directory, cluster);
      if (nodes.running(node).isPresent()) {
        session.streams().out().println(name + " runs already");
        return ExitCode.DONE;
      }
      int running = nodes.runningNodes().size() + 1;
      int needed = needed(cluster, nodes.runningNodes());
      // After a crash of all, the first ones wait for the others: whoever starts them one by one
      // must not wait for the first.
      ClusterStart.Until until =
          running < needed ? ClusterStart.Until.LIVE : ClusterStart.Until.READY;
      new ClusterStart(directory, cluster, session.launcher())
          .start(List.of(node), List.of(), until, wait);
      session
          .streams()
          .out()
          .println(
              until == ClusterStart.Until.READY
                  ? name + " is ready"
                  : name
                      + " runs, and serves once "
                      + needed
                      + " of "
                      + cluster.nodes().size()
                      + " nodes run; "
                      + (running == 1 ? "1 does" : running + " do"));
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    return ExitCode.DONE;
  }

  /**
   * How many nodes must run for this one to serve. A cluster whose nodes all forgot what they held
   * is founded anew, by all of them.
   */
  private int needed(ClusterFile cluster, List<ClusterFile.Node> running) {
    if (cluster.isDurable()) {
      return cluster.nodes().size() / 2 + 1;
    }
    ApiClient client = session.client(data.directory());
    for (ClusterFile.Node node : running) {
      if (client.isOk(node, "/health/ready", PROBE)) {
        return 1;
      }
    }
    return cluster.nodes().size();
  }

  static Duration patience(@Nullable String text) {
    return text == null
        ? Duration.ofMinutes(3)
        : DurationText.parse(RequestOptions.checkedDuration("--wait", text));
  }
}
