package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.testkit.History;
import io.aitta.testkit.Operation;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code {1,2,3}}, K=3, all restarted in turn by {@code aitta restart --rolling} under load. */
final class RollingRestartIsNotNoticedTest {
  private static final int NODES = 3;

  @TempDir private Path folder;

  @Test
  void noWriteIsLostAndNoReadIsStale() {
    try (LocalCluster cluster = LocalCluster.up(folder.resolve("data"), NODES)) {
      List<Long> before = cluster.pids();
      History history = new History();
      try (Load load = Load.on(cluster.nodes(), 1, history)) {
        load.awaitAcknowledged(cluster.nodes(), 20);
        long acknowledged = history.writes(Operation.Outcome.OK);

        LocalCluster.Ended restart = cluster.run("restart", "--rolling").requireDone();

        assertEquals(
            IntStream.rangeClosed(1, NODES)
                .mapToObj(i -> "node-%d was restarted (%d of %d)".formatted(i, i, NODES))
                .toList(),
            restart.out().lines().map(line -> line.replaceAll(" in [0-9.]+ s", "")).toList());
        assertTrue(
            cluster.pids().stream().noneMatch(before::contains), "all are processes of their own");
        long served = history.writes(Operation.Outcome.OK) - acknowledged;
        assertTrue(served >= 50, () -> "of the load " + served + " puts were served meanwhile");
        load.awaitAcknowledged(cluster.nodes(), 20);
        load.endAndReadEverything(cluster.nodes());
        Load.judge(history).orThrow();
        Partitions.awaitHeldBy(cluster.nodes());
        Await.until(
            "all copies are equal",
            () -> Partitions.differing(cluster.nodes().get(0), Load.keys()));
      } catch (AssertionError e) {
        cluster.printEndOfLogs();
        throw e;
      }
    }
  }
}
