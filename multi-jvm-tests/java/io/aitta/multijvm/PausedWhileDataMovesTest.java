package io.aitta.multijvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A {@link SlowMove} whose nodes are stopped until they are given up, and go on. */
final class PausedWhileDataMovesTest implements SlowMove.Fault {
  @RegisterExtension final ProcessCluster cluster = SlowMove.cluster();

  @Test
  void nothingIsLostAndTheMoveEnds() {
    SlowMove.isDoneUnder(this, cluster);
  }

  @Override
  public void begin(ProcessNode node) {
    node.pause();
    cluster.awaitState(SlowMove.served(cluster), node, "DEAD");
  }

  @Override
  public void end(ProcessNode node) {
    node.resume();
    cluster.awaitState(SlowMove.served(cluster), node, "ALIVE");
  }
}
