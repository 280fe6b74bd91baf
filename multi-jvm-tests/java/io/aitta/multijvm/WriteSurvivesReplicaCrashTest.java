package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.testkit.History;
import io.aitta.testkit.Operation.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code {1,2,3}}, K=3: each replica is killed in turn while clients of the two others write. */
final class WriteSurvivesReplicaCrashTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3);

  @Test
  void acknowledgedWritesOutliveEachReplicaInTurn() {
    History history = new History();
    for (ProcessNode victim : cluster.nodes()) {
      List<ProcessNode> others = cluster.nodes().stream().filter(node -> node != victim).toList();
      try (Load load = Load.on(others, history)) {
        load.awaitAcknowledged(50);
        victim.kill();
        load.awaitAcknowledged(50);
        cluster.startAgain(victim);
        load.awaitAcknowledged(50);
        load.endAndReadEverything(cluster.nodes());
      }
      Load.judge(history).orThrow();
      assertEquals(0, history.writes(Outcome.NOT_DONE), "refused with two of three alive");
      cluster.awaitAllAlive();
    }
  }
}
