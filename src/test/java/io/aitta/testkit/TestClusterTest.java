package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
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
}
