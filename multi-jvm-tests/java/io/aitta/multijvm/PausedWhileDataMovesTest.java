package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.testkit.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1,2,3}}, K=3, joined by 4, which takes its share over slowly: a source, the target and
 * the driver are stopped meanwhile until they are given up, and go on, one after the other, under
 * load.
 */
final class PausedWhileDataMovesTest {
  private static final int VALUES = 300;

  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(3)
          .with("aitta.reconfiguration { max-transfer-rate = 60KiB, max-transfers = 8 }");

  @Test
  void nothingIsLostAndTheMoveEnds() {
    ProcessNode driver = cluster.node(1);
    ProcessNode source = cluster.node(2);
    ProcessNode served = cluster.node(3);
    for (int i = 0; i < VALUES; i++) {
      NodeClient.Answer answer = served.client().put("still-" + i, Values.of("still-" + i, 5_000));
      assertEquals(NodeClient.Outcome.DONE, answer.outcome(), answer.text());
    }
    History history = new History();
    try (Load load = Load.on(List.of(served), history)) {
      ProcessNode target = cluster.add();
      for (ProcessNode paused : List.of(source, target, driver)) {
        Partitions.awaitMoving(served);
        paused.pause();
        cluster.awaitState(served, paused, "DEAD");
        load.awaitAcknowledged(20);
        paused.resume();
        cluster.awaitState(served, paused, "ALIVE");
        load.awaitAcknowledged(20);
      }
      Partitions.awaitHeldBy(cluster.nodes());
      load.endAndReadEverything(cluster.nodes());
      Load.judge(history).orThrow();
      for (int i = 0; i < VALUES; i++) {
        String key = "still-" + i;
        assertArrayEquals(Values.of(key, 5_000), target.client().get(key).body(), key);
      }
      Await.until("all copies are equal", () -> Partitions.differing(target, Load.keys()));
    }
  }
}
