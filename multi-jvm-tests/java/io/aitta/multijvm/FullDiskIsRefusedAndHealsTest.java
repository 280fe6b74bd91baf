package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitta.testkit.History;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2} | {3 with no room on its disk}}, K=3, until there is room again. */
final class FullDiskIsRefusedAndHealsTest {
  private static final int LARGE_BYTES = 400_000;
  private static final int LOG_CHARACTERS = 200_000;

  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(3)
          .onSmallDisk(3)
          .with("aitta.anti-entropy { interval = 5s, retry-after = 2s }");

  private final List<String> large = new ArrayList<>();
  private final List<String> unhinted = new ArrayList<>();

  @Test
  void theOthersServeAndTheNodeBecomesWholeWithoutARestart() {
    ProcessNode full = cluster.node(3);
    List<ProcessNode> others = List.of(cluster.node(1), cluster.node(2));
    String id = full.client().cluster().path("asked").asText();
    long pid = full.pid();
    History history = new History();
    try (Load load = Load.on(cluster.nodes(), history)) {
      load.awaitAcknowledged(cluster.nodes(), 20);
      SmallDisk.fill(full);
      Await.until("a replica refuses what it has no room for", () -> refusal(id));
      Await.until("no put begins at a node that can store nothing", () -> refusalToBegin(full));
      load.awaitAcknowledged(others, 100);
      for (String key : Load.keys()) {
        NodeClient.Answer one = full.client().get(key, "?consistency=ONE");
        assertEquals(NodeClient.Outcome.DONE, one.outcome(), one.text());
      }

      SmallDisk.empty(full);
      load.awaitAcknowledged(cluster.nodes(), 20);
      load.endAndReadEverything(cluster.nodes());
    }
    Load.judge(history).orThrow();
    List<String> keys = new ArrayList<>(Load.keys());
    keys.addAll(large);
    keys.addAll(unhinted);
    Await.until("all copies are equal", () -> Partitions.differing(others.get(0), keys));
    for (String key : large) {
      assertArrayEquals(Values.of(key, LARGE_BYTES), full.client().get(key).body(), key);
    }
    assertTrue(full.isRunning() && full.pid() == pid, full.logText());
    assertTrue(full.logText().length() < LOG_CHARACTERS, "its log would fill the disk");
    System.out.printf("[%d] puts were left without a hint%n", unhinted.size());
  }

  /**
   * Puts through the node itself, which then can keep no hint for its own copy either; null once it
   * refuses since it cannot record how far its clock went.
   */
  private @Nullable String refusalToBegin(ProcessNode full) {
    String key = "unhinted-" + unhinted.size();
    NodeClient.Answer answer = full.client().put(key, Values.of(key));
    if (answer.outcome() == NodeClient.Outcome.DONE) {
      unhinted.add(key);
    }
    return answer.status() == 429 && answer.text().contains("made durable") ? null : answer.text();
  }

  /** Puts one more large value at ALL; null once the node refuses it because its disk is full. */
  private @Nullable String refusal(String id) {
    String key = "large-" + large.size();
    large.add(key);
    NodeClient.Answer answer =
        cluster.node(1).client().put(key, Values.of(key, LARGE_BYTES), "?consistency=ALL");
    for (JsonNode replica : answer.json().path("replicas")) {
      if (replica.path("node").asText().equals(id)
          && replica.path("reason").asText().equals("STORAGE_FULL")) {
        assertEquals(504, answer.status(), answer.text());
        return null;
      }
    }
    return answer.text();
  }
}
