package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.testkit.History;
import java.util.List;

/**
 * {@code {1,2,3}}, K=3, joined by 4, which takes its share over slowly under load, while something
 * befalls a source, the target and the driver, one after the other.
 */
final class SlowMove {
  private static final int VALUES = 300;

  private SlowMove() {}

  /** What befalls a node while data moves. */
  interface Fault {

    /** Begins it, and returns once it has. */
    void begin(ProcessNode node);

    /** Ends it, and returns once the node goes on. */
    void end(ProcessNode node);
  }

  static ProcessCluster cluster() {
    return ProcessCluster.ofNodes(3)
        .with("aitta.reconfiguration { max-transfer-rate = 60KiB, max-transfers = 8 }");
  }

  /** The node that the clients of the load use, which nothing befalls. */
  static ProcessNode served(ProcessCluster cluster) {
    return cluster.node(3);
  }

  /** Moves data under a fault. Nothing is lost, no read is stale, and the move ends. */
  static void isDoneUnder(Fault fault, ProcessCluster cluster) {
    ProcessNode driver = cluster.node(1);
    ProcessNode source = cluster.node(2);
    ProcessNode served = served(cluster);
    for (int i = 0; i < VALUES; i++) {
      NodeClient.Answer answer = served.client().put(key(i), Values.of(key(i), 5_000));
      assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
    }
    History history = new History();
    try (Load load = Load.on(List.of(served), history)) {
      ProcessNode target = cluster.add();
      for (ProcessNode node : List.of(source, target, driver)) {
        Partitions.awaitMoving(served);
        fault.begin(node);
        load.awaitAcknowledged(20);
        fault.end(node);
        load.awaitAcknowledged(20);
      }
      Partitions.awaitHeldBy(cluster.nodes());
      load.endAndReadEverything(cluster.nodes());
      Load.judge(history).orThrow();
      for (int i = 0; i < VALUES; i++) {
        assertArrayEquals(Values.of(key(i), 5_000), target.client().get(key(i)).body(), key(i));
      }
      Await.until("all copies are equal", () -> Partitions.differing(target, Load.keys()));
    }
  }

  private static String key(int number) {
    return "still-" + number;
  }
}
