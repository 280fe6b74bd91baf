package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import io.aitta.model.Version;
import io.aitta.testkit.TestCluster;
import io.aitta.testkit.TestLinks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits and refusals of the contract, from the API through every actor to the copies. */
final class ContractTest {
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LONG = Duration.ofSeconds(6);

  private static CompletableFuture<PutResult> put(
      TestCluster cluster, int node, Key key, String value, WriteOptions options) {
    return cluster
        .node(node)
        .put(key, Bytes.ofUtf8(value), "string", options)
        .toCompletableFuture();
  }

  private static GetOutcome get(TestCluster cluster, int node, Key key, ReadOptions options) {
    return cluster.node(node).get(key, options).toCompletableFuture().join();
  }

  private static Refusal refusal(PutResult put) {
    PutOutcome.Refused refused =
        assertInstanceOf(PutOutcome.Refused.class, put.outcome(), put.toString());
    assertEquals(Optional.empty(), put.settled().toCompletableFuture().join());
    return refused.refusal();
  }

  private static Refusal refusal(GetOutcome got) {
    return assertInstanceOf(GetOutcome.Unavailable.class, got, got.toString()).refusal();
  }

  private static int copies(TestCluster cluster, Key key) {
    return (int)
        IntStream.range(0, cluster.size())
            .filter(node -> cluster.probe(node, key).isPresent())
            .count();
  }

  private static long hints(TestCluster cluster) {
    return IntStream.range(0, cluster.size()).mapToLong(cluster::hints).sum();
  }

  @Test
  void moreRequestsThanAllowedAreRefusedAtOnceAndNothingLeaks() {
    try (TestCluster cluster = TestCluster.of(3).with("max-requests", 4).start()) {
      cluster.drop(1, true);
      cluster.drop(2, true);
      WriteOptions options = WriteOptions.DEFAULT.withTimeout(LONG);
      List<CompletableFuture<PutResult>> held = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        held.add(put(cluster, 0, Key.of("limits", "held-" + i), "x", options));
      }
      Key refusedKey = Key.of("limits", "refused");
      Refusal put = refusal(put(cluster, 0, refusedKey, "x", options).join());
      assertEquals(Refusal.Code.OVERLOADED, put.code());
      assertEquals(4, put.wanted());
      assertEquals(4, put.actual());
      assertEquals(
          Refusal.Code.OVERLOADED,
          refusal(get(cluster, 0, refusedKey, ReadOptions.DEFAULT)).code());
      assertTrue(held.stream().noneMatch(CompletableFuture::isDone), "refused only after a while");

      held.forEach(
          request -> {
            assertInstanceOf(PutOutcome.MaybeApplied.class, request.join().outcome());
            request.join().settled().toCompletableFuture().join();
          });
      cluster.await("every place is given back", () -> cluster.requestsInFlight(0) == 0);
      assertEquals(0, copies(cluster, refusedKey));
      cluster.heal();
      assertTrue(put(cluster, 0, refusedKey, "x", WriteOptions.DEFAULT).join().isWritten());
    }
  }

  @Test
  void aFullLinkRefusesAtOnceAndTheRefusedPutNeverShows() {
    try (TestCluster cluster =
        TestCluster.of(4).with("partitions", 128).with("link.max-requests", 2).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "limits");
      for (int node = 1; node < 4; node++) {
        cluster.drop(node, true);
      }
      WriteOptions options = WriteOptions.DEFAULT.withTimeout(LONG);
      CompletableFuture<PutResult> first = put(cluster, 0, key, "first", options);
      cluster.await("the first put is on the links", () -> TestLinks.requests(cluster, 0) == 3);
      CompletableFuture<PutResult> second = put(cluster, 0, key, "second", options);
      cluster.await("the links are full", () -> TestLinks.requests(cluster, 0) == 6);
      WriteOptions one = options.with(Consistency.ONE);
      Refusal refusal = refusal(put(cluster, 0, key, "refused", one).join());
      assertEquals(Refusal.Code.OVERLOADED, refusal.code());
      assertFalse(first.isDone() || second.isDone(), "refused only after a while");
      assertInstanceOf(PutOutcome.MaybeApplied.class, first.join().outcome());
      assertInstanceOf(PutOutcome.MaybeApplied.class, second.join().outcome());
      assertEquals(0, copies(cluster, key));

      cluster.heal();
      cluster.await("hints are delivered", () -> hints(cluster) == 0 && copies(cluster, key) == 3);
      GetOutcome.Found found =
          assertInstanceOf(
              GetOutcome.Found.class,
              get(cluster, 0, key, ReadOptions.DEFAULT.with(Consistency.ALL)));
      assertEquals(Bytes.ofUtf8("second"), found.entry().value());
    }
  }

  @ParameterizedTest
  @CsvSource({"ONE, 1", "TWO, 2", "THREE, 3", "QUORUM, 2", "ALL, 3"})
  void asManyReplicasAsWereAskedForApplyIt(Consistency consistency, int required) {
    try (TestCluster cluster = TestCluster.of(4).with("partitions", 128).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "counts");
      PutResult put = put(cluster, 0, key, "x", WriteOptions.DEFAULT.with(consistency)).join();
      assertTrue(put.isWritten(), put.toString());
      assertEquals(required, put.receipt().orElseThrow().required());
      assertTrue(put.receipt().orElseThrow().acknowledged() >= required, put.toString());
      GetOutcome.Found found =
          assertInstanceOf(
              GetOutcome.Found.class, get(cluster, 3, key, ReadOptions.DEFAULT.with(consistency)));
      assertTrue(found.holders() >= required, found.toString());
    }
  }

  @Test
  void moreReplicasThanThereAreMembersAreRefusedAndNothingIsApplied() {
    try (TestCluster cluster = TestCluster.of(3).replicationFactor(2).start()) {
      Key key = Key.of("counts", "three");
      Refusal put =
          refusal(put(cluster, 0, key, "x", WriteOptions.DEFAULT.with(Consistency.THREE)).join());
      assertEquals(Refusal.Code.TOO_FEW_MEMBERS, put.code());
      assertEquals(3, put.wanted());
      assertEquals(2, put.actual());
      assertEquals(
          Refusal.Code.TOO_FEW_MEMBERS,
          refusal(get(cluster, 0, key, ReadOptions.DEFAULT.with(Consistency.THREE))).code());
      assertEquals(0, copies(cluster, key));
      assertEquals(0, hints(cluster));
    }
  }

  @Test
  void anOperationTakesNoLongerThanItsOwnTimeout() {
    try (TestCluster cluster =
        TestCluster.of(4).with("partitions", 128).timeout(Duration.ofSeconds(25)).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "times");
      for (int node = 1; node < 4; node++) {
        cluster.drop(node, true);
      }
      long began = System.nanoTime();
      PutResult put = put(cluster, 0, key, "x", WriteOptions.DEFAULT.withTimeout(SHORT)).join();
      GetOutcome got = get(cluster, 0, key, ReadOptions.DEFAULT.withTimeout(SHORT));
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertInstanceOf(PutOutcome.MaybeApplied.class, put.outcome(), put.toString());
      assertInstanceOf(GetOutcome.Unavailable.class, got);
      assertTrue(took.compareTo(SHORT.multipliedBy(2)) >= 0, took.toString());
      assertTrue(took.compareTo(Duration.ofSeconds(25)) < 0, took.toString());
    }
  }

  @Test
  void aClockThatIsAheadIsRefusedAndReportedWhileTheOthersGoOn() {
    try (TestCluster cluster = TestCluster.of(4).with("partitions", 128).start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "clocks");
      Key tried = Key.of("clocks", "tried");
      cluster.shiftClock(0, Duration.ofHours(1));
      cluster.await(
          "node 0 knows that its clock is ahead",
          () ->
              put(cluster, 0, tried, "ahead", WriteOptions.DEFAULT).join().outcome()
                      instanceof PutOutcome.Refused refused
                  && refused.refusal().message().contains("clock"));
      Refusal refusal = refusal(put(cluster, 0, key, "ahead", WriteOptions.DEFAULT).join());
      assertEquals(Refusal.Code.CLOCK_AHEAD, refusal.code());
      assertTrue(refusal.message().contains("10000 ms"), refusal.message());
      assertEquals(0, copies(cluster, key));
      assertTrue(put(cluster, 1, key, "in time", WriteOptions.DEFAULT).join().isWritten());
      assertInstanceOf(GetOutcome.Found.class, get(cluster, 0, key, ReadOptions.DEFAULT));
    }
  }

  /** Node 0 is behind node 1, and hears of it too rarely to know. */
  @Test
  void aPutThatIsSupersededByAFasterClockIsStampedAgainAndWins() {
    try (TestCluster cluster =
        TestCluster.of(5)
            .with("partitions", 128)
            .with("liveness.greet-interval", "2s")
            .with("liveness.suspect-after", "10s")
            .with("liveness.dead-after", "20s")
            .start()) {
      Key key = cluster.keyWithoutReplicaOn(0, "clocks");
      cluster.shiftClock(1, Duration.ofSeconds(8));
      WriteOptions all = WriteOptions.DEFAULT.with(Consistency.ALL);
      PutResult ahead = put(cluster, 1, key, "first", all).join();
      assertTrue(ahead.isWritten(), ahead.toString());
      Version first = ahead.receipt().orElseThrow().version();
      PutResult behind = put(cluster, 0, key, "second", WriteOptions.DEFAULT).join();
      assertTrue(behind.isWritten(), behind.toString());
      Version second = behind.receipt().orElseThrow().version();
      assertTrue(second.compareTo(first) > 0, first + " then " + second);
      assertEquals(cluster.id(0), second.node());
      for (int node = 0; node < 5; node++) {
        GetOutcome.Found found =
            assertInstanceOf(GetOutcome.Found.class, get(cluster, node, key, ReadOptions.DEFAULT));
        assertEquals(Bytes.ofUtf8("second"), found.entry().value());
        assertEquals(second, found.entry().version());
      }
    }
  }
}
