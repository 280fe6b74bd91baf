package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.actor.SequentialWrites;
import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Version;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The five claims that Aitta began from, on several nodes each, with the control arms that show
 * that the claim and not the test makes the difference. Durations are compared with a control in
 * the same run.
 */
final class FiveClaimsTest {
  private static final Logger LOG = LoggerFactory.getLogger("claims");
  private static final Duration DELAY = Duration.ofMillis(100);

  @Test
  void claimOneParallelPutTakesOneDelayWhereSequentialTakesEight() {
    try (TestCluster cluster = TestCluster.of(9).replicationFactor(8).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "claims");
      List<Integer> replicas = cluster.replicasOf(key);
      assertEquals(8, replicas.size());
      put(cluster.node(0), key, "warm-up", Consistency.ALL);
      for (int i = 1; i < 9; i++) {
        cluster.slow(i, DELAY);
      }
      Timed<PutResult> parallel =
          timed(() -> putAsync(cluster.node(0), key, "parallel", Consistency.ALL));
      assertInstanceOf(PutOutcome.Written.class, parallel.result().outcome());
      assertEquals(8, parallel.result().receipt().orElseThrow().acknowledged());

      List<NodeId> ids = replicas.stream().map(cluster::id).toList();
      Entry entry =
          Entry.value(
              new Version(HybridTime.ofMillis(System.currentTimeMillis() + 1000), ids.get(0)),
              Entry.NEVER,
              "string",
              Bytes.ofUtf8("sequential"));
      Timed<Integer> sequential =
          timed(
              () -> SequentialWrites.write(cluster.system(), cluster.started(0), ids, key, entry));
      assertEquals(8, sequential.result());
      LOG.info(
          "claim 1: PUT at ALL to 8 replicas slowed by 100 ms: parallel {} ms, sequential {} ms,"
              + " ratio {}",
          parallel.millis(),
          sequential.millis(),
          ratio(sequential, parallel));
      assertTrue(sequential.millis() >= 8 * DELAY.toMillis(), "sequential " + sequential.millis());
      assertTrue(sequential.nanos() > 4 * parallel.nanos(), "ratio " + ratio(sequential, parallel));

      Timed<PutResult> allAlive =
          timed(() -> putAsync(cluster.node(0), key, "quorum", Consistency.QUORUM));
      cluster.kill(replicas.get(7));
      Timed<PutResult> oneDead =
          timed(() -> putAsync(cluster.node(0), key, "one dead", Consistency.QUORUM));
      assertInstanceOf(PutOutcome.Written.class, oneDead.result().outcome());
      LOG.info(
          "claim 1: PUT at QUORUM: all alive {} ms, one dead {} ms",
          allAlive.millis(),
          oneDead.millis());
      assertTrue(
          oneDead.nanos() < 2 * allAlive.nanos(), "slower with one dead: " + oneDead.millis());
    }
  }

  @Test
  void claimTwoGetReturnsOnTheFirstSuccessAndNothingLeaks() {
    try (TestCluster cluster = TestCluster.of(9).replicationFactor(8).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "claims");
      List<Integer> replicas = cluster.replicasOf(key);
      put(cluster.node(0), key, "value", Consistency.ALL);
      cluster.await("settled", () -> cluster.requestsInFlight(0) == 0);
      for (int i = 1; i < 6; i++) {
        cluster.slow(replicas.get(i), Duration.ofSeconds(1));
      }
      Timed<GetOutcome> all =
          timed(() -> cluster.node(0).get(key, ReadOptions.DEFAULT.with(Consistency.ALL)));
      assertInstanceOf(GetOutcome.Found.class, all.result());
      cluster.kill(replicas.get(6));
      cluster.drop(replicas.get(7), true);
      Timed<GetOutcome> first =
          timed(() -> cluster.node(0).get(key, ReadOptions.DEFAULT.with(Consistency.ONE)));
      assertInstanceOf(GetOutcome.Found.class, first.result());
      LOG.info(
          "claim 2: GET of 8 replicas, 5 slowed by 1 s, 1 dead, 1 deaf: first success {} ms;"
              + " control that waits for all {} ms",
          first.nanos() / 1e6,
          all.millis());
      assertTrue(first.nanos() * 4 < all.nanos(), "first " + first.millis());
      cluster.await("no coordinator is left", () -> cluster.requestsInFlight(0) == 0);
    }
  }

  @ParameterizedTest(name = "{0} concurrent puts")
  @ValueSource(ints = {20, 2000})
  void claimThreeConcurrentPutsAllSucceedWithAllCopies(int puts) {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      Map<Key, CompletableFuture<PutResult>> results = new HashMap<>();
      for (int i = 0; i < puts; i++) {
        Key key = Key.of("claims", "concurrent-" + i);
        results.put(
            key,
            putAsync(cluster.node(i % 5), key, "value-" + i, Consistency.QUORUM)
                .toCompletableFuture());
      }
      results.forEach(
          (key, result) -> {
            PutResult put = result.join();
            assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
            Receipt settled = put.settled().toCompletableFuture().join().orElseThrow();
            assertEquals(3, settled.acknowledged());
            assertEquals(3, copies(cluster, key, settled.version()));
          });
      LOG.info("claim 3: {} concurrent PUTs from 5 nodes: all written, 3 copies each", puts);
    }
  }

  @ParameterizedTest(name = "{0} of 5 dead, PUT at {1}")
  @CsvSource({
    "0, ONE", "1, ONE", "2, ONE", "3, ONE", "4, ONE", "5, ONE",
    "0, QUORUM", "1, QUORUM", "2, QUORUM", "3, QUORUM", "4, QUORUM", "5, QUORUM"
  })
  void claimFourTheReplicationCountIsExact(int dead, Consistency consistency) {
    try (TestCluster cluster =
        TestCluster.of(6).replicationFactor(5).timeout(Duration.ofSeconds(2)).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "claims");
      List<Integer> replicas = cluster.replicasOf(key);
      for (int i = 0; i < dead; i++) {
        NodeId id = cluster.id(replicas.get(i));
        cluster.kill(replicas.get(i));
        cluster.awaitState(0, id, PeerState.DEAD);
      }
      PutResult put = put(cluster.node(0), key, "counted", consistency);
      boolean isEnough = 5 - dead >= consistency.required(5);
      if (isEnough) {
        assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
        Receipt settled = put.settled().toCompletableFuture().join().orElseThrow();
        assertEquals(5 - dead, settled.acknowledged(), settled.toString());
        assertEquals(settled.acknowledged(), copies(cluster, key, settled.version()));
        assertEquals(dead, cluster.hints(0));
      } else {
        assertInstanceOf(PutOutcome.Refused.class, put.outcome(), put.toString());
        for (int i = 0; i < 6; i++) {
          assertTrue(cluster.probe(i, key).isEmpty(), "a copy on node " + i);
          assertEquals(0, cluster.hints(i));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} values")
  @ValueSource(ints = {50, 20_000})
  void claimFiveValuesOfOneToTenKilobytesSurviveAKillByteForByte(int values) {
    try (TestCluster cluster = TestCluster.of(5).with("max-requests", 50_000).start()) {
      Random random = new Random(values);
      Map<Key, byte[]> checksums = new HashMap<>();
      Semaphore inFlight = new Semaphore(64);
      List<CompletableFuture<PutResult>> puts = new ArrayList<>();
      for (int i = 0; i < values; i++) {
        if (i == values / 3) {
          cluster.kill(4);
        }
        if (i == 2 * values / 3) {
          cluster.restart(4, true);
        }
        byte[] value = new byte[1024 + random.nextInt(9 * 1024)];
        random.nextBytes(value);
        Key key = Key.of("claims", "value-" + i);
        checksums.put(key, sha256(value));
        inFlight.acquireUninterruptibly();
        CompletableFuture<PutResult> put =
            cluster
                .node(i % 4)
                .put(key, Bytes.wrap(value), "bytes", WriteOptions.DEFAULT)
                .toCompletableFuture();
        puts.add(put.whenComplete((result, failure) -> inFlight.release()));
      }
      puts.forEach(put -> assertTrue(put.join().isWritten(), () -> put.join().toString()));
      cluster.awaitReady(4);
      cluster.awaitAllAlive();
      for (int node = 0; node < 5; node++) {
        AittaNode reader = cluster.node(node);
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        checksums.forEach(
            (key, checksum) -> {
              inFlight.acquireUninterruptibly();
              reads.add(
                  reader
                      .get(key, ReadOptions.DEFAULT)
                      .toCompletableFuture()
                      .whenComplete((result, failure) -> inFlight.release())
                      .thenAccept(
                          got -> {
                            GetOutcome.Found found = assertInstanceOf(GetOutcome.Found.class, got);
                            assertArrayEquals(
                                checksum, sha256(found.entry().value().toByteArray()));
                          }));
            });
        reads.forEach(CompletableFuture::join);
      }
      LOG.info(
          "claim 5: {} values of 1 to 10 KB read back from 5 nodes, one killed and restarted",
          values);
    }
  }

  private static int copies(TestCluster cluster, Key key, Version version) {
    int copies = 0;
    for (int i = 0; i < cluster.size(); i++) {
      if (cluster.probe(i, key).filter(entry -> entry.version().equals(version)).isPresent()) {
        copies++;
      }
    }
    return copies;
  }

  private static PutResult put(AittaNode node, Key key, String value, Consistency consistency) {
    return putAsync(node, key, value, consistency).toCompletableFuture().join();
  }

  private static CompletionStage<PutResult> putAsync(
      AittaNode node, Key key, String value, Consistency consistency) {
    return node.put(key, Bytes.ofUtf8(value), "string", WriteOptions.DEFAULT.with(consistency));
  }

  private static <T> Timed<T> timed(Supplier<CompletionStage<T>> operation) {
    long began = System.nanoTime();
    T result = operation.get().toCompletableFuture().join();
    return new Timed<>(result, System.nanoTime() - began);
  }

  private static double ratio(Timed<?> one, Timed<?> other) {
    return Math.round(10.0 * one.nanos() / other.nanos()) / 10.0;
  }

  private static byte[] sha256(byte[] value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Timed<T>(T result, long nanos) {
    long millis() {
      return nanos / 1_000_000;
    }
  }
}
