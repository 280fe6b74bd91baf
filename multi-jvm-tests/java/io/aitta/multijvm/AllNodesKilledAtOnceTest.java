package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.testkit.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All nodes are killed at once during a load, and started again in another order. */
final class AllNodesKilledAtOnceTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3);

  @Test
  void everythingAcknowledgedIsThereAgain() {
    History history = new History();
    String before = cluster.node(1).client().cluster().path("cluster").asText();
    try (Load load = Load.on(cluster.nodes(), history)) {
      load.awaitAcknowledged(200);
      cluster.nodes().forEach(ProcessNode::killSoon);
      cluster.nodes().forEach(ProcessNode::awaitEnd);
    }
    cluster.startAll(List.of(cluster.node(3), cluster.node(1), cluster.node(2)));
    try (Load load = Load.on(cluster.nodes(), history)) {
      load.endAndReadEverything(cluster.nodes());
    }
    Load.judge(history).orThrow();
    for (ProcessNode node : cluster.nodes()) {
      assertEquals(before, node.client().cluster().path("cluster").asText(), node.name());
    }
  }
}
