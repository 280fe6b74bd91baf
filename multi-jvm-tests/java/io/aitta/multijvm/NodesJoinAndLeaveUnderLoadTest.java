package io.aitta.multijvm;

import io.aitta.testkit.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1,2,3,4}}, K=3, of which 3 and 4 leave while 5 and 6 join, under 40 clients on 10 keys
 * (riak_kv #1754).
 */
final class NodesJoinAndLeaveUnderLoadTest {
  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(4)
          .with(
              """
              aitta.reconfiguration { leave-on-shutdown = on, leave-timeout = 100s }
              pekko.coordinated-shutdown.phases.before-cluster-shutdown.timeout = 120s
              """);

  @Test
  void twoJoinAndTwoLeave() {
    History history = new History();
    List<ProcessNode> served = List.of(cluster.node(1), cluster.node(2));
    try (Load load = Load.on(served, 20, history)) {
      load.awaitAcknowledged(100);
      ProcessNode fifth = cluster.add();
      ProcessNode sixth = cluster.add();
      cluster.awaitReady(fifth);
      load.awaitAcknowledged(100);
      cluster.node(4).terminate();
      cluster.awaitReady(sixth);
      load.awaitAcknowledged(100);
      cluster.node(3).terminate();
      List<ProcessNode> stayed = List.of(served.get(0), served.get(1), fifth, sixth);
      Partitions.awaitHeldBy(stayed);
      load.awaitAcknowledged(100);
      load.endAndReadEverything(stayed);
      Load.judge(history).orThrow();
      Await.until("all copies are equal", () -> Partitions.differing(fifth, Load.keys()));
    }
  }
}
