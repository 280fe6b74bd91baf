package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2} | {3, in memory, killed and started again}}, K=3. */
final class MemoryNodeRestartTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3).onEngine("memory");

  @Test
  void isANewNodeAndNoMemberAndTheOthersGoOn() {
    ProcessNode restarted = cluster.node(3);
    List<ProcessNode> others = List.of(cluster.node(1), cluster.node(2));
    put(others.get(0), "before");
    String idBefore = cluster.node(3).client().cluster().path("asked").asText();

    restarted.kill();
    cluster.startAmongRunning(restarted);
    AtomicReference<@Nullable JsonNode> seen = new AtomicReference<>();
    for (ProcessNode node : others) {
      Await.until(
          node.name() + " sees the new node",
          () -> {
            JsonNode status = node.client().cluster();
            JsonNode peer = newcomer(status, restarted, idBefore);
            seen.set(peer);
            return peer != null && peer.path("state").asText().equals("ALIVE")
                ? null
                : status.toString();
          });
      JsonNode newcomer = seen.get();
      assertNotNull(newcomer);
      assertFalse(newcomer.path("member").asBoolean(), newcomer.toString());
      cluster.awaitState(node, restarted, "DEAD", "REMOVED");
    }
    NodeClient.Answer ready = restarted.client().get("/health/ready", Duration.ofSeconds(10));
    assertEquals(503, ready.status(), ready.text());
    assertEquals("NOT_READY", ready.json().path("code").asText(), ready.text());
    NodeClient.Answer refused = restarted.client().put("k", Values.of("k"));
    assertEquals(NodeClient.Outcome.REFUSED, refused.outcome(), refused.text());

    put(others.get(1), "after");
    for (ProcessNode node : others) {
      for (String key : List.of("before", "after")) {
        assertArrayEquals(Values.of(key), node.client().get(key).body(), key);
      }
    }
  }

  private static @Nullable JsonNode newcomer(
      JsonNode cluster, ProcessNode restarted, String idBefore) {
    for (JsonNode peer : cluster.path("peers")) {
      if (peer.path("address").asText().equals(restarted.address())
          && !peer.path("node").asText().equals(idBefore)) {
        return peer;
      }
    }
    return null;
  }

  private static void put(ProcessNode node, String key) {
    NodeClient.Answer answer = node.client().put(key, Values.of(key));
    assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
  }
}
