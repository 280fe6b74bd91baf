package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2} | {3 paused}}, K=3. */
final class PausedPeerIsSuspectedTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3);

  private final List<String> keys = new ArrayList<>();

  @Test
  void isAnsweredWithoutAndCatchesUp() {
    ProcessNode paused = cluster.node(3);
    List<ProcessNode> others = List.of(cluster.node(1), cluster.node(2));
    putSome("before", cluster.nodes());
    String id = paused.client().cluster().path("asked").asText();

    paused.pause();
    putSome("unnoticed", others);
    others.forEach(node -> cluster.awaitState(node, paused, "SUSPECT", "DEAD"));
    putSome("suspect", others);
    others.forEach(node -> cluster.awaitState(node, paused, "DEAD"));
    assertTrue(
        others.stream().anyMatch(node -> node.logText().contains(id + " is SUSPECT, was ALIVE")),
        "nobody said that it is suspected");
    putSome("dead", others);
    assertEquals(NodeClient.Outcome.DONE, others.get(0).client().delete(keys.get(0)).outcome());
    readAll(others);

    paused.resume();
    cluster.awaitAllAlive();
    for (String key : keys) {
      Copies.awaitSame(others.get(0), key, 3);
    }
    readAll(cluster.nodes());
  }

  private void putSome(String phase, List<ProcessNode> nodes) {
    for (int i = 0; i < 10; i++) {
      String key = phase + "-" + i;
      NodeClient.Answer answer = nodes.get(i % nodes.size()).client().put(key, Values.of(key));
      assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
      keys.add(key);
    }
  }

  private void readAll(List<ProcessNode> nodes) {
    for (ProcessNode node : nodes) {
      for (String key : keys.subList(1, keys.size())) {
        NodeClient.Answer answer = node.client().get(key);
        assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
        assertArrayEquals(Values.of(key), answer.body());
      }
      assertEquals(NodeClient.Outcome.ABSENT, node.client().get(keys.get(0)).outcome());
    }
  }
}
