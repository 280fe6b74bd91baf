package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2} | {3 killed}}, K=3: writes go on, and nothing is read until 3 is back. */
final class HintsReachAReturnedNodeTest {
  private static final int KEYS = 40;

  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3);

  @Test
  void itsOwnCopyGetsWhatItMissedAndNoHintIsLeft() {
    ProcessNode absent = cluster.node(3);
    List<ProcessNode> others = List.of(cluster.node(1), cluster.node(2));
    absent.kill();
    others.forEach(node -> cluster.awaitState(node, absent, "DEAD"));
    for (int i = 0; i < KEYS; i++) {
      put(others.get(i % 2), "key-" + i, "first");
      put(others.get((i + 1) % 2), "key-" + i, "second");
    }
    for (ProcessNode node : others) {
      Await.until(node.name() + " keeps hints", () -> hints(node) > 0 ? null : "it keeps none");
    }

    cluster.startAgain(absent);
    for (int i = 0; i < KEYS; i++) {
      Copies.awaitSame(others.get(0), "key-" + i, 3);
    }
    for (ProcessNode node : cluster.nodes()) {
      Await.until(
          node.name() + " keeps no hints",
          () -> hints(node) == 0 ? null : "it keeps " + hints(node));
    }
    for (int i = 0; i < KEYS; i++) {
      String key = "key-" + i;
      NodeClient.Answer answer = absent.client().get(key);
      assertTrue(answer.text().startsWith(key + "second|"), key);
    }
  }

  private static void put(ProcessNode node, String key, String round) {
    NodeClient.Answer answer = node.client().put(key, Values.of(key + round));
    assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
  }

  private static long hints(ProcessNode node) {
    for (JsonNode peer : node.client().cluster().path("peers")) {
      if (peer.path("self").asBoolean()) {
        return peer.path("report").path("hints").asLong();
      }
    }
    throw new AssertionError(node.name() + " does not know itself");
  }
}
