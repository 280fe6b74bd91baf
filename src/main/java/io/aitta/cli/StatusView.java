package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a local cluster at one moment, as text and as JSON.
 *
 * @param nodes the nodes of its file
 * @param runs what is known of the process of each
 * @param status the answer of {@code GET /cluster}; missing if no node answers
 * @param partitions the answer of {@code GET /cluster/partitions}; missing if no node answers
 */
record StatusView(
    List<ClusterFile.Node> nodes, List<Run> runs, JsonNode status, JsonNode partitions) {
  /** What is known of a node's process. */
  enum Run {
    ANSWERS,
    /** It runs and does not answer: it hangs, or starts. */
    SILENT,
    STOPPED
  }

  /** One line: a node of the file, or one that is none and still counts as a member. */
  private record Line(ClusterFile.@Nullable Node node, Run run, JsonNode peer) {
    String name() {
      return node == null ? "-" : node.name();
    }

    JsonNode report() {
      return run == Run.ANSWERS ? peer.path("report") : MissingNode.getInstance();
    }

    /** What the other nodes conclude of it, unless it certainly does not run. */
    String liveness() {
      if (run == Run.STOPPED && node != null) {
        return "stopped";
      }
      return peer.path("leaving").asBoolean()
          ? "leaving"
          : peer.path("state").asText("unknown").toLowerCase(Locale.ROOT);
    }
  }

  boolean isAnswered() {
    return !status.isMissingNode();
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    List<JsonNode> shown = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      JsonNode peer = peer(nodes.get(i));
      shown.add(peer);
      lines.add(new Line(nodes.get(i), runs.get(i), peer));
    }
    for (JsonNode peer : status.path("peers")) {
      if (peer.path("member").asBoolean() && !shown.contains(peer)) {
        lines.add(new Line(null, Run.STOPPED, peer));
      }
    }
    return lines;
  }

  private JsonNode peer(ClusterFile.Node node) {
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

  String text() {
    Table table =
        new Table(
            "node",
            "id",
            "liveness",
            "ready",
            "partitions",
            "loading",
            "rate",
            "entries",
            "tombstones",
            "size",
            "hints");
    for (Line line : lines()) {
      JsonNode report = line.report();
      table.row(
          line.node() == null ? address(line) : line.name(),
          line.peer().path("node").asText("-"),
          line.liveness(),
          report.isObject() ? (report.path("ready").asBoolean() ? "yes" : "no") : "-",
          report.path("partitions").asText("-"),
          report.path("loading").asText("-"),
          report.isObject() ? size(report.path("loadedBytesPerSecond")) + "/s" : "-",
          report.path("entries").asText("-"),
          report.path("tombstones").asText("-"),
          size(report.path("bytes")),
          report.path("hints").asText("-"));
    }
    return table + (isAnswered() ? summary().text(Instant.now()) + transfers().text() : "");
  }

  /** One that is no node of the file is called by its address. */
  private static String address(Line line) {
    String address = line.peer().path("address").asText();
    return address.isEmpty() ? "-" : address.substring(address.indexOf('@') + 1);
  }

  private static String size(JsonNode bytes) {
    return bytes.isNumber() ? Amounts.bytes(bytes.asLong()) : "-";
  }

  private Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    lines()
        .forEach(
            line -> {
              String id = line.peer().path("node").asText();
              names.put(id, line.node() == null ? id : line.name());
            });
    return names;
  }

  private StatusSummary summary() {
    return new StatusSummary(status, partitions, names());
  }

  private Transfers transfers() {
    return new Transfers(partitions, status, names());
  }

  /** The partitions that move, from whom to whom. */
  String moving() {
    return transfers().moves();
  }

  ObjectNode json() {
    ObjectNode document =
        status instanceof ObjectNode object
            ? object.deepCopy()
            : new ObjectMapper().createObjectNode();
    var rows = document.putArray("nodes");
    for (Line line : lines()) {
      ClusterFile.Node node = line.node();
      ObjectNode row =
          rows.addObject()
              .put("name", node == null ? null : node.name())
              .put("id", line.peer().path("node").asText(null))
              .put("address", node == null ? line.peer().path("address").asText() : node.address())
              .put("http", node == null ? null : node.httpAddress())
              .put("liveness", line.liveness());
      row.set("report", line.report().isObject() ? line.report() : null);
    }
    document.remove("peers");
    if (isAnswered()) {
      summary().addTo(document);
      document.set("transfers", transfers().json());
    }
    return document;
  }
}
