package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2} | {3, in memory, killed and started again}}, K=3. */
final class MemoryNodeRestartTest {
  private static final int VALUES = 50;

  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(3)
          .onEngine("memory")
          .with("aitta.reconfiguration.replace-after = 10s");

  @Test
  void isANewNodeThatTakesThePlaceOfTheOneThatItWas() {
    ProcessNode restarted = cluster.node(3);
    List<ProcessNode> others = List.of(cluster.node(1), cluster.node(2));
    put(others.get(0), "before");
    String idBefore = id(restarted);

    restarted.kill();
    cluster.startAmongRunning(restarted);
    Await.until("it serves", () -> ready(restarted));
    String id = id(restarted);
    assertNotEquals(idBefore, id);
    put(restarted, "after");

    for (ProcessNode node : cluster.nodes()) {
      Await.until(node.name() + " knows it in the other's place", () -> isReplaced(node, id));
      for (String prefix : List.of("before", "after")) {
        for (int i = 0; i < VALUES; i++) {
          String key = prefix + i;
          assertArrayEquals(Values.of(key), node.client().get(key).body(), key);
        }
      }
    }
    for (int i = 0; i < VALUES; i++) {
      JsonNode replicas = restarted.client().explain("before" + i).path("replicas");
      assertEquals(3, replicas.size());
      replicas.forEach(
          replica ->
              assertEquals("VALUE", replica.path("state").asText(), () -> replicas.toString()));
    }
  }

  private static String id(ProcessNode node) {
    return node.client().cluster().path("asked").asText();
  }

  private static @Nullable String ready(ProcessNode node) {
    NodeClient.Answer ready = node.client().get("/health/ready", Duration.ofSeconds(10));
    return ready.status() == 200 ? null : ready.text();
  }

  /** Null if it is a member of every partition, and nobody else than the three is. */
  private static @Nullable String isReplaced(ProcessNode node, String newcomer) {
    JsonNode partitions =
        node.client().get("/cluster/partitions", Duration.ofSeconds(10)).json().path("partitions");
    for (JsonNode partition : partitions) {
      boolean isHeld = false;
      for (JsonNode member : partition.path("members")) {
        isHeld |= member.asText().equals(newcomer);
      }
      if (!isHeld || partition.path("members").size() != 3 || partition.path("alive").size() != 3) {
        return newcomer + " in " + partition;
      }
    }
    return partitions.isEmpty() ? "no partitions" : null;
  }

  private static void put(ProcessNode node, String prefix) {
    for (int i = 0; i < VALUES; i++) {
      NodeClient.Answer answer = node.client().put(prefix + i, Values.of(prefix + i));
      assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
    }
  }
}
