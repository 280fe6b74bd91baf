package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.GetResult;
import io.aitta.ReadOptions;
import io.aitta.Store;
import io.aitta.codec.StringCodec;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code {0,1} | {2,3,4}}, every key on all five. */
final class SplitBrainTest {
  private static final List<Integer> MINORITY = List.of(0, 1);
  private static final List<Integer> MAJORITY = List.of(2, 3, 4);
  private static final int VALUES = 50;

  private static Store<String> values(TestCluster cluster, int node) {
    return cluster.store(node, "values", new StringCodec());
  }

  private static PutOutcome put(TestCluster cluster, int node, int number, String value) {
    return values(cluster, node)
        .put("key-" + number, value + number)
        .toCompletableFuture()
        .join()
        .outcome();
  }

  private static void split(TestCluster cluster, boolean isCut) {
    for (int one : MINORITY) {
      for (int other : MAJORITY) {
        cluster.cut(one, other, isCut);
      }
    }
  }

  @Test
  void aMinorityRefusesAtOnceAndBothSidesAreOneAfterwards() {
    try (TestCluster cluster = TestCluster.of(5).replicationFactor(5).start()) {
      IntStream.range(0, VALUES)
          .forEach(i -> assertInstanceOf(PutOutcome.Written.class, put(cluster, 0, i, "old-")));
      split(cluster, true);
      for (int one : MINORITY) {
        for (int other : MAJORITY) {
          cluster.awaitState(one, cluster.id(other), PeerState.DEAD);
          cluster.awaitState(other, cluster.id(one), PeerState.DEAD);
        }
      }
      PutOutcome.Refused refused =
          assertInstanceOf(PutOutcome.Refused.class, put(cluster, 0, 0, "minority-"));
      assertEquals(Refusal.Code.TOO_FEW_REPLICAS, refused.refusal().code());
      assertInstanceOf(
          GetResult.Unavailable.class,
          values(cluster, 1).get("key-0").toCompletableFuture().join());
      GetResult.Found<?> one =
          assertInstanceOf(
              GetResult.Found.class,
              values(cluster, 1)
                  .get("key-0", ReadOptions.DEFAULT.with(Consistency.ONE))
                  .toCompletableFuture()
                  .join());
      assertEquals("old-0", one.value());
      IntStream.range(0, VALUES)
          .forEach(i -> assertInstanceOf(PutOutcome.Written.class, put(cluster, 3, i, "new-")));

      split(cluster, false);
      cluster.awaitAllAlive();
      cluster.await("all copies are equal, and new", () -> areEqual(cluster));
      for (int node = 0; node < cluster.size(); node++) {
        GetResult.Found<?> found =
            assertInstanceOf(
                GetResult.Found.class,
                values(cluster, node).get("key-7").toCompletableFuture().join());
        assertEquals("new-7", found.value());
      }
      assertTrue(cluster.isSettled(), "nothing moved");
    }
  }

  private static boolean areEqual(TestCluster cluster) {
    for (int i = 0; i < VALUES; i++) {
      Key key = Key.of("values", "key-" + i);
      Set<Optional<Entry>> copies = new HashSet<>();
      for (int node = 0; node < cluster.size(); node++) {
        copies.add(cluster.probe(node, key));
      }
      boolean isNew =
          copies.stream()
              .allMatch(copy -> copy.isPresent() && copy.get().value().utf8().startsWith("new-"));
      if (copies.size() != 1 || !isNew) {
        return false;
      }
    }
    return true;
  }
}
