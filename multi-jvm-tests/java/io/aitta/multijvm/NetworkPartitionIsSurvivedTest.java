package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.testkit.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1,2,3} | {4,5}}, K=5: no byte passes between the two sides while clients of all nodes put
 * and read, until the smaller side has ended itself.
 */
final class NetworkPartitionIsSurvivedTest {
  private static final int REFUSED = 3; // the exit code
  private static final String LONG = "timeout=30s"; // longer than any client here waits

  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(5)
          .replicated(5)
          .networked()
          .with(
              """
              pekko.cluster {
                split-brain-resolver.stable-after = 20s
                failure-detector.acceptable-heartbeat-pause = 5s
              }
              """);

  @Test
  void theMinorityRefusesAndEndsAndAllReplicasAreTheSameAfterwards() {
    List<ProcessNode> majority = cluster.nodes().subList(0, 3);
    List<ProcessNode> minority = cluster.nodes().subList(3, 5);
    History history = new History();
    try (Load load = Load.on(cluster.nodes(), 1, history)) {
      load.awaitAcknowledged(cluster.nodes(), 20);
      cluster.network().split(majority, minority);
      for (ProcessNode node : minority) {
        majority.forEach(other -> cluster.awaitState(node, other, "DEAD"));
        requireRefuses(node);
      }
      load.awaitAcknowledged(majority, 20);
      for (ProcessNode node : minority) {
        assertEquals(REFUSED, node.awaitEnd(), node.logText());
        assertTrue(node.logText().contains("the cluster told this node to leave"), node.logText());
      }
      load.awaitAcknowledged(majority, 20);

      cluster.network().heal();
      minority.forEach(cluster::startAmongRunning);
      cluster.awaitAllAlive();
      load.awaitAcknowledged(cluster.nodes(), 20);
      load.endAndReadEverything(cluster.nodes());
    }
    Load.judge(history).orThrow();
    for (ProcessNode node : cluster.nodes()) {
      Await.until("all copies are equal", () -> Partitions.differing(node, Load.keys(), 5));
    }
    for (ProcessNode node : majority) {
      System.out.printf(
          "the longest time without an acknowledged put at %s was %d ms%n",
          node.name(), Load.longestStall(history, node).toMillis());
    }
  }

  /** Refuses a quorum without waiting for the others, and says why; reads at ONE are answered. */
  private static void requireRefuses(ProcessNode node) {
    for (String key : Load.keys()) {
      String quorum = "?consistency=QUORUM&" + LONG;
      for (NodeClient.Answer answer :
          List.of(
              node.client().put(key, Values.of("refused"), quorum),
              node.client().get(key, quorum))) {
        assertEquals(503, answer.status(), answer.text());
        assertEquals("TOO_FEW_REPLICAS", answer.json().path("code").asText(), answer.text());
        assertEquals(2, answer.json().path("value").asInt(), answer.text());
        assertEquals(3, answer.json().path("bound").asInt(), answer.text());
      }
      NodeClient.Answer one = node.client().get(key, "?consistency=ONE");
      assertEquals(200, one.status(), one.text());
    }
  }
}
