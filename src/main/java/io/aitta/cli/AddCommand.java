package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
    name = "add",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Starts a further node beside those that run, and waits until it took over its share.",
      "One that was added before and is not ready is waited for instead, and started if need be."
    })
final class AddCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Its cluster port (default: as far from node-1's as its number is).")
  private @Nullable Integer port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Its HTTP port (default: as far from node-1's as its number is).")
  private @Nullable Integer httpPort;

  @Option(names = "--json", description = "Prints JSON instead of a sentence.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long it may take; then it goes on by itself (default: 3m).")
  private @Nullable String patience;

  AddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Duration wait = StartCommand.patience(patience);
    long begin = System.nanoTime();
    Path directory = data.directory();
    try (FileChannel lock = LocalNodes.lock(directory)) {
      ClusterFile before = ClusterFile.read(directory);
      LocalNodes nodes = new LocalNodes(directory, before);
      List<ClusterFile.Node> running = nodes.runningNodes();
      if (running.isEmpty()) {
        throw CommandFailure.unavailable(
            "no node runs that could let another one in: 'aitta up' starts them");
      }
      ClusterFile.Node node = unstarted(directory, before);
      if (node == null) {
        node = unready(session.client(directory), running);
      }
      boolean isNew = node == null;
      if (node == null) {
        node = before.next(directory, port, httpPort);
      } else if (port != null || httpPort != null) {
        throw CommandFailure.usage(
            node.name()
                + " was added before and is not ready yet: its ports are recorded, leave out"
                + " --port and --http-port");
      }
      boolean isRunning = running.contains(node);
      if (!isRunning) {
        LocalNodes.requireFreePorts(node);
      }
      ClusterFile cluster = isNew ? before.with(node) : before;
      // Written first: whatever happens now, 'start', 'up' and 'add' know of it.
      cluster.write(directory);
      ClusterStart start = new ClusterStart(directory, cluster, session.launcher());
      if (!isRunning) {
        start(start, directory, before, node, wait);
      }
      await(start, node, wait);
      report(directory, cluster, node, (System.nanoTime() - begin) / 1_000_000);
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    return ExitCode.DONE;
  }

  private static ClusterFile.@Nullable Node unstarted(Path directory, ClusterFile cluster) {
    LocalNodes nodes = new LocalNodes(directory, cluster);
    return cluster.nodes().stream()
        .filter(
            node -> {
              Path folder = node.folder(directory);
              return !Files.exists(cluster.isDurable() ? folder.resolve("data") : folder);
            })
        .filter(node -> nodes.running(node).isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** One that still takes over its share, if it answers. */
  private static ClusterFile.@Nullable Node unready(
      ApiClient client, List<ClusterFile.Node> running) {
    for (ClusterFile.Node node : running) {
      if (!client.isOk(node, "/health/ready", PATIENCE)
          && client.isOk(node, "/health/live", PATIENCE)) {
        return node;
      }
    }
    return null;
  }

  private void start(
      ClusterStart start, Path directory, ClusterFile before, ClusterFile.Node node, Duration wait)
      throws IOException {
    ProgressLine progress = new ProgressLine(session.streams(), json);
    progress.show("starting " + node.name() + " in " + node.folder(directory));
    try {
      start.start(List.of(node), List.of(), ClusterStart.Until.LIVE, wait);
    } catch (CommandFailure | IOException e) {
      progress.end();
      if (!Files.exists(node.folder(directory).resolve("data"))) {
        before.write(directory); // it has nothing: as if it had not been added
      }
      throw e;
    }
    progress.end();
  }

  private void await(ClusterStart start, ClusterFile.Node node, Duration wait) throws IOException {
    ProgressLine progress = new ProgressLine(session.streams(), json);
    try {
      start.awaitReady(node, wait, condition -> progress.show(node.name() + ": " + condition));
    } finally {
      progress.end();
    }
  }

  private void report(Path directory, ClusterFile cluster, ClusterFile.Node node, long millis) {
    JsonNode own = self(session.client(directory), node);
    JsonNode held = own.path("report");
    if (json) {
      var document =
          new ObjectMapper()
              .createObjectNode()
              .put("name", node.name())
              .put("id", own.path("node").asText(null))
              .put("address", node.address())
              .put("http", node.httpAddress())
              .put("log", node.folder(directory).resolve("log").toString())
              .put("millis", millis)
              .put("partitions", held.path("partitions").asInt())
              .put("entries", held.path("entries").asLong())
              .put("tombstones", held.path("tombstones").asLong())
              .put("bytes", held.path("bytes").asLong())
              .put("loadedBytes", held.path("loadedBytes").asLong());
      session.streams().out().println(document.toPrettyString());
      return;
    }
    session
        .streams()
        .out()
        .printf(
            Locale.ROOT,
            "%s is ready at %s after %.1f s: it took over %d partitions with %,d entries of %,d"
                + " bytes%n%d nodes now%n",
            node.name(),
            node.httpAddress(),
            millis / 1e3,
            held.path("partitions").asInt(),
            held.path("entries").asLong(),
            held.path("bytes").asLong(),
            cluster.nodes().size());
  }

  /** What a node says of itself. */
  private static JsonNode self(ApiClient client, ClusterFile.Node node) {
    ApiAnswer answer = client.ask(node, ApiClient.Request.get("/cluster", PATIENCE));
    if (answer != null) {
      for (JsonNode peer : answer.json().path("peers")) {
        if (peer.path("self").asBoolean()) {
          return peer;
        }
      }
    }
    return MissingNode.getInstance();
  }
}
