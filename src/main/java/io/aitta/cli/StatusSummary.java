package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a cluster as a whole.
 *
 * @param status the answer of {@code GET /cluster}
 * @param partitions the answer of {@code GET /cluster/partitions}; missing if no node gave one
 * @param names what to call nodes, by their ids
 */
record StatusSummary(JsonNode status, JsonNode partitions, Map<String, String> names) {

  String text(Instant now) {
    return String.format(
        "%n%s%n%s%n%s%s%s%n", shape(), underReplicated(), losses(), hintLines(), compared(now));
  }

  /** Of majorities that are away or were lost; nothing while there is nothing to say. */
  private String losses() {
    StringBuilder text = new StringBuilder();
    int without = status.path("withoutMajority").asInt();
    if (without > 0) {
      text.append(String.format("%d without a majority of members that are alive%n", without));
    }
    int stopped = status.path("stopped").asInt();
    if (stopped > 0) {
      text.append(String.format("%d STOPPED: two configurations claim the same epoch%n", stopped));
    }
    int recovered = status.path("recovered").asInt();
    if (recovered > 0) {
      text.append(
          String.format(
              "%d lost their majority and were recovered from what was left%n", recovered));
    }
    return text.toString();
  }

  private String shape() {
    List<String> epochs = epochs();
    return String.format(
        "%d partitions, replication factor %d, epochs %s to %s, %d moving",
        status.path("partitions").asInt(),
        status.path("replicationFactor").asInt(),
        epochs.isEmpty() ? "-" : epochs.get(0),
        epochs.isEmpty() ? "-" : epochs.get(epochs.size() - 1),
        status.path("joint").asInt());
  }

  private String underReplicated() {
    int all = status.path("underReplicated").asInt();
    return all == 0
        ? "0 under-replicated"
        : String.format(
            "%d under-replicated: %d have too few members, %d have members that are not alive",
            all, status.path("tooFewMembers").asInt(), status.path("membersAway").asInt());
  }

  private String hintLines() {
    StringBuilder text = new StringBuilder(String.format("%d hints waiting%n", hints()));
    for (JsonNode peer : status.path("peers")) {
      for (JsonNode waiting : peer.path("report").path("hintsFor")) {
        JsonNode millis = waiting.path("waitingMillis");
        text.append(
            String.format(
                "  %s keeps %d for %s, %s%s%n",
                name(peer.path("node")),
                waiting.path("hints").asLong(),
                name(waiting.path("node")),
                Amounts.bytes(waiting.path("bytes").asLong()),
                millis.isNumber()
                    ? ", for " + Amounts.time(Duration.ofMillis(millis.asLong()))
                    : ""));
      }
    }
    return text.toString();
  }

  private String name(JsonNode id) {
    return names.getOrDefault(id.asText(), id.asText());
  }

  private String compared(Instant now) {
    List<JsonNode> all = comparisons();
    Instant oldest = oldest(all);
    return oldest == null
        ? "last anti-entropy: no partition was compared on all its members yet"
        : String.format(
            "last anti-entropy: %d of %d partitions, the longest %s ago, %d records mended",
            all.size(),
            status.path("partitions").asInt(),
            Amounts.time(Duration.between(oldest, now)),
            mended(all));
  }

  private List<JsonNode> comparisons() {
    List<JsonNode> comparisons = new ArrayList<>();
    for (JsonNode partition : partitions.path("partitions")) {
      if (partition.path("lastAntiEntropy").isObject()) {
        comparisons.add(partition.path("lastAntiEntropy"));
      }
    }
    return comparisons;
  }

  private static @Nullable Instant oldest(List<JsonNode> comparisons) {
    return comparisons.stream()
        .map(one -> Instant.parse(one.path("ended").asText()))
        .min(Instant::compareTo)
        .orElse(null);
  }

  private static long mended(List<JsonNode> comparisons) {
    return comparisons.stream().mapToLong(one -> one.path("mendedRecords").asLong()).sum();
  }

  private long hints() {
    long hints = 0;
    for (JsonNode peer : status.path("peers")) {
      hints += peer.path("report").path("hints").asLong();
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

  void addTo(ObjectNode document) {
    document.put("hints", hints());
    var epochs = document.putArray("epochs");
    epochs().forEach(epochs::add);
    List<JsonNode> all = comparisons();
    Instant oldest = oldest(all);
    document.set(
        "lastAntiEntropy",
        new ObjectMapper()
            .createObjectNode()
            .put("partitions", all.size())
            .put("oldest", oldest == null ? null : oldest.toString())
            .put("mendedRecords", mended(all)));
  }
}
