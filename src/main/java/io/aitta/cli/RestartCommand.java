package io.aitta.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Restarts every node, one after the other, while the others serve.",
      "Goes on with the next once all are ready and see each other, and stops at the first failure."
    })
final class RestartCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--rolling", description = "One node after the other.")
  private boolean rolling;

  @Option(names = "--json", description = "Prints JSON instead of lines.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long each step of one node may take (default: 3m).")
  private @Nullable String patience;

  RestartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (!rolling) {
      throw CommandFailure.usage(
          "restart needs --rolling: one node after the other, while the others serve; 'aitta stop'"
              + " and 'aitta up' restart all at once");
    }
    Duration wait = StartCommand.patience(patience);
    Path directory = data.directory();
    try (FileChannel lock = LocalNodes.lock(directory)) {
      ClusterFile cluster = ClusterFile.read(directory);
      ProgressLine progress = new ProgressLine(session.streams(), json);
      Wholeness wholeness = new Wholeness(session.client(directory), progress);
      ArrayNode done = new ObjectMapper().createArrayNode();
      try {
        wholeness.await(wait);
        for (ClusterFile.Node node : cluster.nodes()) {
          long begin = System.nanoTime();
          restart(directory, cluster, node, progress, wait);
          wholeness.await(wait);
          report(done, node, cluster, (System.nanoTime() - begin) / 1_000_000);
        }
      } catch (CommandFailure e) {
        throw new CommandFailure(
            e.exitCode(), e.line() + "; " + advice(cluster.nodes(), done.size()));
      } finally {
        progress.end();
        if (json) {
          session.streams().out().println(done.toPrettyString());
        }
      }
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    return ExitCode.DONE;
  }

  /** A node whose engine forgets gives away what it holds first, and comes back as another. */
  private void restart(
      Path directory,
      ClusterFile cluster,
      ClusterFile.Node node,
      ProgressLine progress,
      Duration wait)
      throws IOException {
    LocalNodes nodes = new LocalNodes(directory, cluster);
    if (!cluster.isDurable()) {
      new Departure(session.client(directory), progress).await(node, wait);
    }
    progress.show("stopping " + node.name());
    nodes.stop(List.of(node), LocalNodes.grace(directory, cluster));
    progress.show("starting " + node.name());
    ClusterStart start = new ClusterStart(directory, cluster, session.launcher());
    start.start(List.of(node), List.of(), ClusterStart.Until.LIVE, wait);
    start.awaitReady(node, wait, condition -> progress.show(node.name() + ": " + condition));
  }

  private void report(ArrayNode done, ClusterFile.Node node, ClusterFile cluster, long millis) {
    done.addObject().put("name", node.name()).put("millis", millis);
    if (!json) {
      session
          .streams()
          .out()
          .printf(
              Locale.ROOT,
              "%s was restarted in %.1f s (%d of %d)%n",
              node.name(),
              millis / 1e3,
              done.size(),
              cluster.nodes().size());
      session.streams().out().flush();
    }
  }

  private static String advice(List<ClusterFile.Node> nodes, int done) {
    String next = nodes.get(Math.min(done, nodes.size() - 1)).name();
    return (done == 0 ? "no node" : done + " of " + nodes.size() + " nodes")
        + " was restarted before this: 'aitta status' shows what is missing, "
        + next
        + "/log why; then restart again";
  }
}
