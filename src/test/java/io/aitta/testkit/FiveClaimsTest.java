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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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
 * the same run. Each prints what it measured in a line that begins with its name:
 *
 * <pre>{@code mvn -q test -Dtest=FiveClaimsTest}</pre>
 */
final class FiveClaimsTest {
  private static final Logger LOG = LoggerFactory.getLogger("claims");
  private static final Duration DELAY = Duration.ofMillis(100);
  private static final int MEDIAN_OF = 7;

  @Test
  void claimOneParallelPutTakesOneDelayWhereSequentialTakesEight() {
    try (TestCluster cluster =
        TestCluster.of(9).replicationFactor(8).with("partitions", 512).start()) {
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
      long allAlive = medianNanos(() -> putAsync(cluster.node(0), key, "q", Consistency.QUORUM));
      cluster.kill(replicas.get(7));
      long oneDead = medianNanos(() -> putAsync(cluster.node(0), key, "q", Consistency.QUORUM));
      LOG.info(
          "claim 1: PUT to 8 replicas slowed by 100 ms: at ALL in parallel {} ms, sequentially {}"
              + " ms, ratio {}; at QUORUM {} ms with all alive, {} ms with one dead (medians of"
              + " {})",
          parallel.millis(),
          sequential.millis(),
          ratio(sequential, parallel),
          allAlive / 1_000_000,
          oneDead / 1_000_000,
          MEDIAN_OF);
      assertTrue(sequential.millis() >= 8 * DELAY.toMillis(), "sequential " + sequential.millis());
      assertTrue(sequential.nanos() > 4 * parallel.nanos(), "ratio " + ratio(sequential, parallel));
      assertTrue(oneDead < 1.5 * allAlive, "one dead " + oneDead + ", all alive " + allAlive);
    }
  }

  @Test
  void claimTwoGetReturnsOnTheFirstSuccessAndNothingLeaks() {
    try (TestCluster cluster =
        TestCluster.of(9).replicationFactor(8).with("partitions", 512).start()) {
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
      cluster.await("idle", () -> cluster.requestsInFlight(0) == 0 && links(cluster) == 0);
      long actors = actors(cluster);

      ReadOptions one =
          ReadOptions.DEFAULT.with(Consistency.ONE).withTimeout(Duration.ofSeconds(3));
      long first = medianNanos(() -> cluster.node(0).get(key, one));
      int stragglers = links(cluster);
      assertTrue(stragglers > 0, "every replica answered: the others were not slow");
      cluster.await("no coordinator is left", () -> cluster.requestsInFlight(0) == 0);
      cluster.await("no request is left on a link", () -> links(cluster) == 0);
      cluster.await("no actor is left", () -> actors(cluster) <= actors);
      LOG.info(
          "claim 2: GET of 8 replicas, 5 slowed by 1 s, 1 dead, 1 deaf: first success {} ms (median"
              + " of {}); control that waits for all {} ms; {} requests were unanswered then, 0"
              + " are left, nor any actor",
          first / 1e6,
          MEDIAN_OF,
          all.millis(),
          stragglers);
      assertTrue(first * 4 < all.nanos(), "first " + first);
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
      AtomicInteger counted = new AtomicInteger();
      results.forEach(
          (key, result) -> {
            PutResult put = result.join();
            assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
            Receipt settled = put.settled().toCompletableFuture().join().orElseThrow();
            assertEquals(3, settled.acknowledged());
            int copies = copies(cluster, key, settled.version());
            assertEquals(3, copies);
            counted.addAndGet(copies);
          });
      LOG.info("claim 3: {} concurrent PUTs from 5 nodes: {} copies probed", puts, counted);
      assertEquals(3 * puts, counted.get());
    }
  }

  @ParameterizedTest(name = "{0} of 5 dead, PUT at {1}")
  @CsvSource({
    "0, ONE", "1, ONE", "2, ONE", "3, ONE", "4, ONE", "5, ONE",
    "0, QUORUM", "1, QUORUM", "2, QUORUM", "3, QUORUM", "4, QUORUM", "5, QUORUM"
  })
  void claimFourTheReplicationCountIsExact(int dead, Consistency consistency) {
    try (TestCluster cluster =
        TestCluster.of(6)
            .replicationFactor(5)
            .with("partitions", 512) // some have no replica on node 0, whatever its id
            .timeout(Duration.ofSeconds(2))
            .start()) {
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
        assertEquals(Optional.empty(), put.settled().toCompletableFuture().join());
        assertNothingIsLeft(cluster, key);
        for (int i = 0; i < dead; i++) {
          cluster.restart(replicas.get(i), true);
        }
        for (int replica : replicas) {
          cluster.awaitReady(replica);
        }
        cluster.awaitAllAlive();
        GetOutcome got =
            cluster
                .node(0)
                .get(key, ReadOptions.DEFAULT.with(Consistency.ALL))
                .toCompletableFuture()
                .join();
        assertEquals(new GetOutcome.NotFound(Version.NONE), got);
        assertNothingIsLeft(cluster, key);
      }
      LOG.info(
          "claim 4: K=5, {} dead, PUT at {}: {}",
          dead,
          consistency,
          isEnough
              ? (5 - dead) + " copies by receipt and by probes, " + dead + " hints"
              : "refused, 0 copies and 0 hints, also after the dead returned");
    }
  }

  private static void assertNothingIsLeft(TestCluster cluster, Key key) {
    for (int i = 0; i < cluster.size(); i++) {
      assertTrue(cluster.probe(i, key).isEmpty(), "a copy on node " + i);
      assertEquals(0, cluster.hints(i));
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

      List<Key> keys = List.copyOf(checksums.keySet());
      List<CompletableFuture<Void>> reads = new ArrayList<>();
      for (int i = 0; i < values; i++) {
        if (i == values / 3) {
          cluster.kill(3); // with the others' reads of its copies in flight
        }
        if (i == 2 * values / 3) {
          cluster.restart(3, true);
        }
        for (int node : List.of(0, 1, 2, 4)) {
          reads.add(read(cluster.node(node), keys.get(i), checksums, inFlight));
        }
      }
      cluster.awaitReady(3);
      cluster.awaitAllAlive();
      keys.forEach(key -> reads.add(read(cluster.node(3), key, checksums, inFlight)));
      reads.forEach(CompletableFuture::join);
      LOG.info(
          "claim 5: {} values of 1 to 10 KB: {} reads from 5 nodes equal by SHA-256, {} of them"
              + " while one node was dead",
          values,
          reads.size(),
          4 * (2 * values / 3 - values / 3));
      assertEquals(5 * values, reads.size());
    }
  }

  private static CompletableFuture<Void> read(
      AittaNode reader, Key key, Map<Key, byte[]> checksums, Semaphore inFlight) {
    inFlight.acquireUninterruptibly();
    return reader
        .get(key, ReadOptions.DEFAULT)
        .toCompletableFuture()
        .whenComplete((result, failure) -> inFlight.release())
        .thenAccept(
            got -> {
              GetOutcome.Found found =
                  assertInstanceOf(GetOutcome.Found.class, got, () -> key + ": " + got);
              assertArrayEquals(
                  checksums.get(key), sha256(found.entry().value().toByteArray()), key::toString);
            });
  }

  /** The requests that wait or are in flight on the links of node 0. */
  private static int links(TestCluster cluster) {
    return TestLinks.requests(cluster, 0);
  }

  private static long actors(TestCluster cluster) {
    return cluster.system().printTree().lines().count();
  }

  /** The middle of an odd number of durations, one operation after the other. */
  private static long medianNanos(Supplier<? extends CompletionStage<?>> operation) {
    long[] nanos = new long[MEDIAN_OF];
    for (int i = 0; i < MEDIAN_OF; i++) {
      long began = System.nanoTime();
      Object result = operation.get().toCompletableFuture().join();
      nanos[i] = System.nanoTime() - began;
      boolean isDone =
          result instanceof GetOutcome.Found
              || (result instanceof PutResult put && put.isWritten());
      assertTrue(isDone, result.toString());
    }
    Arrays.sort(nanos);
    return nanos[MEDIAN_OF / 2];
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
