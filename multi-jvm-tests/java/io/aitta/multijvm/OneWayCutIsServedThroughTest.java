package io.aitta.multijvm;

import io.aitta.testkit.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2,3}}, K=3: for a while nothing passes from 1 to 2, and everything from 2 to 1. */
final class OneWayCutIsServedThroughTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3).networked();

  @Test
  void everyNodeServesAndAllReplicasAreTheSameAfterwards() {
    ProcessNode unheard = cluster.node(1);
    ProcessNode deaf = cluster.node(2);
    History history = new History();
    try (Load load = Load.on(cluster.nodes(), history)) {
      load.awaitAcknowledged(cluster.nodes(), 20);
      cluster.network().cut(unheard, deaf);
      cluster.awaitState(deaf, unheard, "DEAD");
      load.awaitAcknowledged(cluster.nodes(), 50);
      cluster.network().heal();
      cluster.awaitAllAlive();
      load.awaitAcknowledged(cluster.nodes(), 20);
      load.endAndReadEverything(cluster.nodes());
    }
    Load.judge(history).orThrow();
    for (ProcessNode node : cluster.nodes()) {
      Await.until("all copies are equal", () -> Partitions.differing(node, Load.keys()));
    }
  }
}
