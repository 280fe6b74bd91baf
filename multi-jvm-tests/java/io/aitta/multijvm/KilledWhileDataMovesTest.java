package io.aitta.multijvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A {@link SlowMove} whose nodes are killed, and started again. */
final class KilledWhileDataMovesTest implements SlowMove.Fault {
  @RegisterExtension final ProcessCluster cluster = SlowMove.cluster();

  @Test
  void nothingIsLostAndTheMoveEnds() {
    SlowMove.isDoneUnder(this, cluster);
  }

  @Override
  public void begin(ProcessNode node) {
    node.kill();
  }

  @Override
  public void end(ProcessNode node) {
    cluster.startAmongRunning(node);
    Await.until(node.name() + " serves", () -> serves(node) ? null : "not yet");
  }

  /** It is ready only once it holds what it is to hold: then nothing would move any more. */
  private static boolean serves(ProcessNode node) {
    return node.client().cluster().path("ready").asBoolean();
  }
}
