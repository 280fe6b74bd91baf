package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
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
  private static final int MOVING_SHOWN = 8;

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
            "address",
            "liveness",
            "ready",
            "partitions",
            "loading",
            "bytes/s",
            "entries",
            "tombstones",
            "bytes",
            "hints");
    for (Line line : lines()) {
      JsonNode report = line.report();
      table.row(
          line.name(),
          line.peer().path("node").asText("-"),
          address(line),
          line.liveness(),
          report.isObject() ? (report.path("ready").asBoolean() ? "yes" : "no") : "-",
          report.path("partitions").asText("-"),
          report.path("loading").asText("-"),
          report.path("loadedBytesPerSecond").asText("-"),
          report.path("entries").asText("-"),
          report.path("tombstones").asText("-"),
          report.path("bytes").asText("-"),
          report.path("hints").asText("-"));
    }
    return table + (isAnswered() ? summary() : "");
  }

  private static String address(Line line) {
    String address = line.peer().path("address").asText();
    return line.node() != null
        ? ClusterFile.HOST + ":" + line.node().arteryPort()
        : address.isEmpty() ? "-" : address.substring(address.indexOf('@') + 1);
  }

  private String summary() {
    return String.format(
        "%n%d partitions, replication factor %d, %d under-replicated, %d moving, epochs %s to %s,"
            + " %d hints waiting%n",
        status.path("partitions").asInt(),
        status.path("replicationFactor").asInt(),
        status.path("underReplicated").asInt(),
        status.path("joint").asInt(),
        epochs().isEmpty() ? "-" : epochs().get(0),
        epochs().isEmpty() ? "-" : epochs().get(epochs().size() - 1),
        hints());
  }

  private long hints() {
    long hints = 0;
    for (JsonNode peer : status.path("peers")) {
      hints += Math.max(0, peer.path("report").path("hints").asLong());
    }
    return hints;
  }

  /** Every epoch that a partition has, the lowest first. */
  private List<String> epochs() {
    List<String> epochs = new ArrayList<>();
    partitions.path("partitions").forEach(one -> epochs.add(one.path("epoch").asText()));
    return epochs.stream()
        .distinct()
        .sorted((one, other) -> Long.compare(order(one), order(other)))
        .toList();
  }

  private static long order(String epoch) {
    String[] parts = epoch.split("\\.", 2);
    return (Long.parseLong(parts[0]) << Integer.SIZE) + Long.parseLong(parts[1]);
  }

  /** The partitions that move, from whom to whom. */
  String moving() {
    Map<String, String> names = new HashMap<>();
    lines()
        .forEach(
            line -> {
              String id = line.peer().path("node").asText();
              names.put(id, line.node() == null ? id : line.name());
            });
    List<JsonNode> joint = new ArrayList<>();
    for (JsonNode partition : partitions.path("partitions")) {
      if (!partition.path("successors").isEmpty()) {
        joint.add(partition);
      }
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode one : joint.subList(0, Math.min(joint.size(), MOVING_SHOWN))) {
      text.append(
          String.format(
              "partition %d, epoch %s: %s to %s%n",
              one.path("partition").asInt(),
              one.path("epoch").asText(),
              names(one.path("members"), names),
              names(one.path("successors"), names)));
    }
    return joint.size() > MOVING_SHOWN
        ? text.append(String.format("and %d more%n", joint.size() - MOVING_SHOWN)).toString()
        : text.toString();
  }

  private static String names(JsonNode ids, Map<String, String> names) {
    List<String> texts = new ArrayList<>();
    ids.forEach(id -> texts.add(names.getOrDefault(id.asText(), id.asText())));
    return texts.stream().sorted().collect(Collectors.joining(" "));
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
      document.put("hints", hints());
      var epochs = document.putArray("epochs");
      epochs().forEach(epochs::add);
    }
    return document;
  }
}
