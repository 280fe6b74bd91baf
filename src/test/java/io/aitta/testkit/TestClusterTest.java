package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TestClusterTest {

  @Test
  void whatIsPutOnOneNodeIsReadOnEveryOther() {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      Key key = Key.of("orders", "42");
      PutResult put =
          cluster
              .node(0)
              .put(key, Bytes.ofUtf8("paid"), "string", WriteOptions.DEFAULT)
              .toCompletableFuture()
              .join();
      assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
      assertEquals(3, put.settled().toCompletableFuture().join().orElseThrow().acknowledged());
      for (int i = 0; i < 5; i++) {
        AittaNode node = cluster.node(i);
        GetOutcome got = node.get(key, ReadOptions.DEFAULT).toCompletableFuture().join();
        assertInstanceOf(GetOutcome.Found.class, got, got.toString());
      }
      int replica = cluster.replicasOf(key).get(0);
      assertTrue(cluster.probe(replica, key).isPresent());
    }
  }

  @Test
  void aNodeThatDropsRequestsIsAliveAndCatchesUpAfterwards() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      cluster.drop(2, true);
      Key key = Key.of("orders", "dropped");
      PutResult put =
          cluster
              .node(0)
              .put(
                  key,
                  Bytes.ofUtf8("paid"),
                  "string",
                  WriteOptions.DEFAULT.withTimeout(Duration.ofSeconds(1)))
              .toCompletableFuture()
              .join();
      assertTrue(put.isWritten(), put.toString());
      assertEquals(2, put.settled().toCompletableFuture().join().orElseThrow().acknowledged());
      assertTrue(cluster.probe(2, key).isEmpty());
      cluster.awaitState(0, cluster.id(2), PeerState.ALIVE);
      cluster.drop(2, false);
      cluster.await("the hint is delivered", () -> cluster.probe(2, key).isPresent());
      assertEquals(3, cluster.copies(key, cluster.probe(0, key).orElseThrow()));
    }
  }

  @Test
  void anIsolatedNodeIsFoundDeadAndComesBack() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      cluster.isolate(2, true);
      cluster.awaitState(0, cluster.id(2), PeerState.DEAD);
      cluster.awaitState(2, cluster.id(0), PeerState.DEAD);
      cluster.heal();
      cluster.awaitAllAlive();
    }
  }

  @Test
  void aNodeRestartsWithItsDataAsItselfAndWithoutAsAnother() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      Key key = Key.of("orders", "kept");
      PutResult put =
          cluster
              .node(0)
              .put(key, Bytes.ofUtf8("paid"), "string", WriteOptions.DEFAULT.with(Consistency.ALL))
              .toCompletableFuture()
              .join();
      assertTrue(put.isWritten(), put.toString());
      NodeId before = cluster.id(2);
      cluster.kill(2);
      assertThrows(IllegalArgumentException.class, () -> cluster.node(2));
      assertTrue(cluster.probe(2, key).isPresent());
      cluster.restart(2, true);
      assertEquals(before, cluster.id(2));
      assertTrue(cluster.probe(2, key).isPresent());
      assertThrows(IllegalArgumentException.class, () -> cluster.restart(2, true));
      cluster.kill(2);
      cluster.restart(2, false);
      assertNotEquals(before, cluster.id(2));
      assertTrue(cluster.probe(2, key).isEmpty());
      assertThrows(IllegalArgumentException.class, () -> cluster.probe(3, key));
    }
  }
}
