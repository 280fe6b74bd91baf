package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The partitions that move, and how far each node is that takes some over.
 *
 * @param partitions the answer of {@code GET /cluster/partitions}; missing if no node answers
 * @param status the answer of {@code GET /cluster}; missing if no node answers
 * @param names what to call nodes, by their ids
 */
record Transfers(JsonNode partitions, JsonNode status, Map<String, String> names) {
  private static final int SHOWN = 8;

  /** Every transfer, with the partition's number. */
  ArrayNode json() {
    ArrayNode all = new ObjectMapper().createArrayNode();
    for (JsonNode partition : partitions.path("partitions")) {
      for (JsonNode transfer : partition.path("transfers")) {
        ObjectNode row = all.addObject();
        row.set("partition", partition.path("partition"));
        row.setAll((ObjectNode) transfer);
      }
    }
    return all;
  }

  /** A line for each node that takes something over, then a table of what it takes. */
  String text() {
    ArrayNode all = json();
    if (all.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(String.format("%n"));
    Map<String, List<JsonNode>> byNode = new TreeMap<>();
    all.forEach(
        one -> byNode.computeIfAbsent(name(one.path("to")), unused -> new ArrayList<>()).add(one));
    byNode.forEach((node, transfers) -> text.append(total(node, transfers)));
    Table table =
        new Table(
            "partition",
            "epoch",
            "to",
            "for",
            "sources",
            "entries",
            "size",
            "rate",
            "to come",
            "time left");
    for (int i = 0; i < Math.min(SHOWN, all.size()); i++) {
      addTo(table, all.get(i));
    }
    return text.append(table).append(more(all.size())).toString();
  }

  private String total(String node, List<JsonNode> transfers) {
    long bytes = 0;
    long bytesPerSecond = rate(transfers.get(0).path("to").asText());
    boolean isKnown = true;
    for (JsonNode transfer : transfers) {
      bytes += transfer.path("remainingBytes").asLong();
      isKnown &= transfer.path("remainingBytes").isNumber();
    }
    String left =
        isKnown && (bytesPerSecond > 0 || bytes == 0)
            ? Amounts.time(Duration.ofMillis(bytes * 1000 / Math.max(1, bytesPerSecond)))
            : "unknown";
    return String.format(
        "%s takes over %d %s: %s%s to come, %s/s, time left %s%n",
        node,
        transfers.size(),
        transfers.size() == 1 ? "partition" : "partitions",
        isKnown ? "" : "at least ",
        Amounts.bytes(bytes),
        Amounts.bytes(bytesPerSecond),
        left);
  }

  /** At which a node takes over everything, in bytes per second. */
  private long rate(String node) {
    for (JsonNode peer : status.path("peers")) {
      if (peer.path("node").asText().equals(node)) {
        return peer.path("report").path("loadedBytesPerSecond").asLong();
      }
    }
    return 0;
  }

  private void addTo(Table table, JsonNode transfer) {
    JsonNode left = transfer.path("secondsLeft");
    table.row(
        transfer.path("partition").asText(),
        transfer.path("epoch").asText(),
        name(transfer.path("to")),
        transfer.path("purpose").asText().toLowerCase(Locale.ROOT),
        sources(transfer),
        transfer.path("entries").asText(),
        Amounts.bytes(transfer.path("bytes").asLong()),
        Amounts.bytes(transfer.path("bytesPerSecond").asLong()) + "/s",
        toCome(transfer),
        left.isNumber()
            ? Amounts.time(Duration.ofMillis(Math.round(left.asDouble() * 1e3)))
            : "unknown");
  }

  /** How many gave everything, of how many that are needed. */
  private static String sources(JsonNode transfer) {
    int done = 0;
    for (JsonNode source : transfer.path("sources")) {
      done += source.path("done").asBoolean() ? 1 : 0;
    }
    return done + " of " + (done + transfer.path("sourcesNeeded").asInt());
  }

  private static String toCome(JsonNode transfer) {
    if (transfer.path("remainingBytes").isNumber()) {
      return Amounts.bytes(transfer.path("remainingBytes").asLong());
    }
    JsonNode entries = transfer.path("remainingEntries");
    return entries.isNumber() ? entries.asText() + " entries" : "unknown";
  }

  /** The partitions that move, from whom to whom. */
  String moves() {
    List<JsonNode> joint = new ArrayList<>();
    for (JsonNode partition : partitions.path("partitions")) {
      if (!partition.path("successors").isEmpty()) {
        joint.add(partition);
      }
    }
    StringBuilder text = new StringBuilder(joint.isEmpty() ? "" : String.format("%n"));
    for (JsonNode one : joint.subList(0, Math.min(joint.size(), SHOWN))) {
      text.append(
          String.format(
              "partition %d, epoch %s: %s to %s%n",
              one.path("partition").asInt(),
              one.path("epoch").asText(),
              names(one.path("members")),
              names(one.path("successors"))));
    }
    return text.append(more(joint.size())).toString();
  }

  private static String more(int all) {
    return all > SHOWN ? String.format("and %d more%n", all - SHOWN) : "";
  }

  private String name(JsonNode id) {
    return names.getOrDefault(id.asText(), id.asText());
  }

  private String names(JsonNode ids) {
    List<String> texts = new ArrayList<>();
    ids.forEach(id -> texts.add(name(id)));
    texts.sort(null);
    return String.join(" ", texts);
  }
}
