package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.testkit.History;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1,2,3}}, K=3, joined by 4, which takes its share over slowly: a source, the target and
 * the driver are killed meanwhile, one after the other, under load.
 */
final class KilledWhileDataMovesTest {
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
      for (ProcessNode killed : List.of(source, target, driver)) {
        Partitions.awaitMoving(served);
        killed.kill();
        load.awaitAcknowledged(20);
        cluster.startAmongRunning(killed);
        Await.until(killed.name() + " serves", () -> serves(killed) ? null : "not yet");
        load.awaitAcknowledged(20);
      }
      Partitions.awaitHeldBy(cluster.nodes());
      load.endAndReadEverything(cluster.nodes());
      Load.judge(history).orThrow();
      for (int i = 0; i < VALUES; i++) {
        String key = "still-" + i;
        assertArrayEquals(Values.of(key, 5_000), target.client().get(key).body(), key);
      }
    }
  }

  /** It is ready only once it holds what it is to hold: then nothing would move any more. */
  private static boolean serves(ProcessNode node) {
    return node.client().cluster().path("ready").asBoolean();
  }
}
