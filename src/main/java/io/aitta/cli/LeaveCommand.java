package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.http.DurationText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "leave",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Removes a node: it gives what it holds to the others, then stops. Its folder is kept.",
      "Asked again, goes on where an earlier one was broken off."
    })
final class LeaveCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", paramLabel = "NODE", description = "node-1, node-2, …")
  private String name = "";

  @Option(names = "--json", description = "Prints JSON instead of a sentence.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long it may take; then it goes on by itself (default: 10m).")
  private @Nullable String patience;

  LeaveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Duration wait =
        patience == null
            ? Duration.ofMinutes(10)
            : DurationText.parse(RequestOptions.checkedDuration("--wait", patience));
    Path directory = data.directory();
    try (FileChannel lock = LocalNodes.lock(directory)) {
      ClusterFile cluster = ClusterFile.read(directory);
      ClusterFile.Node node = cluster.node(name);
      if (cluster.nodes().size() == 1) {
        throw CommandFailure.unavailable(
            name + " is the last node: nobody would take what it holds; 'aitta stop' stops it");
      }
      LocalNodes nodes = new LocalNodes(directory, cluster);
      ApiClient client = session.client(directory);
      if (nodes.running(node).isPresent()) {
        new Departure(client, new ProgressLine(session.streams(), json)).await(node, wait);
        nodes.stop(List.of(node), LocalNodes.grace(directory, cluster));
      } else {
        requireThatItHoldsNothing(client, node);
      }
      Path kept = setAside(node.folder(directory));
      ClusterFile rest = cluster.without(node);
      rest.write(directory);
      report(kept, rest);
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    return ExitCode.DONE;
  }

  /** One that stopped after it had left, or that others replaced, is only to be forgotten. */
  private static void requireThatItHoldsNothing(ApiClient client, ClusterFile.Node node) {
    ApiAnswer answer = client.send(ApiClient.Request.get("/cluster", PATIENCE));
    JsonNode status = answer.json();
    boolean isKnown = answer.isOk() && status.path("ready").asBoolean();
    for (JsonNode peer : status.path("peers")) {
      String address = peer.path("address").asText();
      boolean mayBeIt = address.isEmpty() || address.equals(node.address());
      isKnown &= !(mayBeIt && peer.path("member").asBoolean());
    }
    if (!isKnown) {
      throw CommandFailure.unavailable(
          node.name()
              + " does not run, and may hold what others lack: 'aitta start "
              + node.name()
              + "' starts it; others take its place when it was away for"
              + " aitta.reconfiguration.replace-after, and then it can be removed");
    }
  }

  /** Renames a folder, so that no node starts on what is in it; null if there is none. */
  private static @Nullable Path setAside(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return null;
    }
    for (int i = 1; ; i++) {
      Path kept = folder.resolveSibling(folder.getFileName() + ".left" + (i == 1 ? "" : "-" + i));
      if (!Files.exists(kept)) {
        Files.move(folder, kept, StandardCopyOption.ATOMIC_MOVE);
        return kept;
      }
    }
  }

  private void report(@Nullable Path kept, ClusterFile rest) {
    if (json) {
      session
          .streams()
          .out()
          .println(
              new ObjectMapper()
                  .createObjectNode()
                  .put("name", name)
                  .put("left", true)
                  .put("folder", kept == null ? null : kept.toString())
                  .put("nodes", rest.nodes().size())
                  .toPrettyString());
      return;
    }
    session
        .streams()
        .out()
        .println(
            name
                + " has left"
                + (kept == null ? "" : ": its folder is now " + kept)
                + System.lineSeparator()
                + (rest.nodes().size() == 1
                    ? "1 node remains"
                    : rest.nodes().size() + " nodes remain")
                + (rest.nodes().size() < rest.replicationFactor()
                    ? ", fewer than the replication factor of " + rest.replicationFactor()
                    : ""));
  }
}
