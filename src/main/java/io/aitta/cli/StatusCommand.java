package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Shows every node: whether it lives, and what it holds.")
final class StatusCommand implements Callable<Integer> {
  /** A node asks the others for up to two seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What is known of a node's process. */
  private enum Run {
    ANSWERS,
    /** It runs and does not answer: it hangs, or starts. */
    SILENT,
    STOPPED
  }

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--json", description = "Prints JSON instead of a table.")
  private boolean json;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = session.client(data.directory());
    List<ClusterFile.Node> nodes = client.cluster().nodes();
    List<CompletableFuture<ApiAnswer>> probes = new ArrayList<>();
    for (ClusterFile.Node node : nodes) {
      probes.add(client.sendAsync(node, ApiClient.Request.get("/health/live", PATIENCE)));
    }
    LocalNodes local = new LocalNodes(data.directory(), client.cluster());
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      runs.add(
          isOk(probes.get(i))
              ? Run.ANSWERS
              : local.running(nodes.get(i)).isPresent() ? Run.SILENT : Run.STOPPED);
    }
    JsonNode status = MissingNode.getInstance();
    for (int i = 0; i < nodes.size() && status.isMissingNode(); i++) {
      if (runs.get(i) == Run.ANSWERS) {
        var probe = client.sendAsync(nodes.get(i), ApiClient.Request.get("/cluster", PATIENCE));
        status = isOk(probe) ? probe.join().json() : status;
      }
    }
    if (json) {
      session.streams().out().println(document(nodes, runs, status).toPrettyString());
    } else {
      print(nodes, runs, status);
    }
    if (status.isMissingNode()) {
      throw CommandFailure.unavailable("no node answers: 'aitta up' starts them");
    }
    return ExitCode.DONE;
  }

  private void print(List<ClusterFile.Node> nodes, List<Run> runs, JsonNode status) {
    Table table =
        new Table(
            "node",
            "id",
            "address",
            "liveness",
            "ready",
            "partitions",
            "entries",
            "tombstones",
            "bytes",
            "hints");
    for (int i = 0; i < nodes.size(); i++) {
      JsonNode peer = peer(status, nodes.get(i));
      boolean answers = runs.get(i) == Run.ANSWERS;
      JsonNode report = answers ? peer.path("report") : MissingNode.getInstance();
      table.row(
          nodes.get(i).name(),
          peer.path("node").asText("-"),
          ClusterFile.HOST + ":" + nodes.get(i).arteryPort(),
          liveness(runs.get(i), peer),
          report.isObject() ? (report.path("ready").asBoolean() ? "yes" : "no") : "-",
          report.path("partitions").asText("-"),
          report.path("entries").asText("-"),
          report.path("tombstones").asText("-"),
          report.path("bytes").asText("-"),
          report.path("hints").asText("-"));
    }
    session.streams().out().print(table);
    if (!status.isMissingNode()) {
      session
          .streams()
          .out()
          .printf(
              "%n%d partitions, replication factor %d, %d under-replicated%n",
              status.path("partitions").asInt(),
              status.path("replicationFactor").asInt(),
              status.path("underReplicated").asInt());
    }
  }

  private static JsonNode document(List<ClusterFile.Node> nodes, List<Run> runs, JsonNode status) {
    ObjectNode document =
        status instanceof ObjectNode object
            ? object.deepCopy()
            : new ObjectMapper().createObjectNode();
    var rows = document.putArray("nodes");
    for (int i = 0; i < nodes.size(); i++) {
      JsonNode peer = peer(status, nodes.get(i));
      ObjectNode row =
          rows.addObject()
              .put("name", nodes.get(i).name())
              .put("id", peer.path("node").asText(null))
              .put("address", nodes.get(i).address())
              .put("http", nodes.get(i).httpAddress())
              .put("liveness", liveness(runs.get(i), peer));
      boolean answers = runs.get(i) == Run.ANSWERS;
      row.set("report", answers && peer.has("report") ? peer.get("report") : null);
    }
    document.remove("peers");
    return document;
  }

  /** What the other nodes conclude of it, unless it certainly does not run. */
  private static String liveness(Run run, JsonNode peer) {
    return run == Run.STOPPED
        ? "stopped"
        : peer.path("state").asText("unknown").toLowerCase(Locale.ROOT);
  }

  private static JsonNode peer(JsonNode status, ClusterFile.Node node) {
    JsonNode found = MissingNode.getInstance();
    for (JsonNode peer : status.path("peers")) {
      // Of several with one address, the last heard: a node that lost its data has a new id.
      if (peer.path("address").asText().equals(node.address())
          && (found.isMissingNode() || peer.path("state").asText().equals("ALIVE"))) {
        found = peer;
      }
    }
    return found;
  }

  private static boolean isOk(CompletableFuture<ApiAnswer> probe) {
    try {
      return probe.join().isOk();
    } catch (CompletionException e) {
      return false;
    }
  }
}
