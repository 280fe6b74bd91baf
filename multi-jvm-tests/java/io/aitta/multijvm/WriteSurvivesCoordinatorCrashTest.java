package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.testkit.History;
import io.aitta.testkit.Operation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1,2,3}}, K=3: a node is killed while its own clients write, so that puts and reads die
 * half-way. Each of them took effect for good, or never did.
 */
final class WriteSurvivesCoordinatorCrashTest {
  @RegisterExtension final ProcessCluster cluster = ProcessCluster.ofNodes(3);

  @Test
  void acknowledgedWritesOutliveTheNodeThatAcknowledgedThem() {
    History history = new History();
    ProcessNode victim = cluster.node(1);
    try (Load load = Load.on(cluster.nodes(), history)) {
      load.awaitAcknowledged(100);
      victim.kill();
      load.awaitAcknowledged(50);
      cluster.startAgain(victim);
      load.awaitAcknowledged(50);
      load.endAndReadEverything(cluster.nodes());
    }
    Load.judge(history).orThrow();
    assertTrue(
        history.writes(Outcome.UNKNOWN) + history.writes(Outcome.NOT_DONE) > 0,
        "no client noticed the crash");
  }
}
