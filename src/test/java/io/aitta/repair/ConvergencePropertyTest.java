package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.TreeComparison.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three replicas of which writes missed some, and one of which may have been wiped, compare in
 * pairs and move what they find, until all hold the newest of everything.
 */
final class ConvergencePropertyTest {
  private static final int SEQUENCES = 20;
  private static final PartitionId P = new PartitionId(0);
  private static final List<NodeId> NODES = List.of(new NodeId(1), new NodeId(2), new NodeId(3));
  private static final ComparisonLimits LIMITS =
      new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 50);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void oneRepairByEachMemberMakesAllReplicasTheSame(long seed) {
    Random random = new Random(seed);
    int wiped = 0;
    int moved = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      Map<NodeId, Records> replicas = new HashMap<>();
      NODES.forEach(node -> replicas.put(node, new Records()));
      Map<Key, KeyVersion> newest = write(random, replicas);
      if (random.nextBoolean()) {
        // Writes reach two of three, so whoever is wiped, another one has them.
        wiped++;
        replicas.put(NODES.get(random.nextInt(3)), new Records());
      }
      for (NodeId node : NODES) {
        moved += repair(node, replicas, random);
      }
      for (Records replica : replicas.values()) {
        assertEquals(newest, replica.stored());
      }
    }
    assertTrue(wiped > 0 && moved > SEQUENCES, "wiped " + wiped + ", moved " + moved);
  }

  private static Map<Key, KeyVersion> write(Random random, Map<NodeId, Records> replicas) {
    Map<Key, KeyVersion> newest = new TreeMap<>();
    int keys = 1 + random.nextInt(2_000);
    for (int time = 1; time <= keys * 2; time++) {
      KeyVersion record = Records.record(random.nextInt(keys), time, random.nextInt(4) == 0);
      newest.put(record.key(), record);
      NodeId misses = random.nextInt(20) == 0 ? NODES.get(random.nextInt(3)) : NodeId.NONE;
      replicas.forEach(
          (node, replica) -> {
            if (!node.equals(misses)) {
              replica.put(record);
            }
          });
    }
    replicas.values().stream().filter(unused -> random.nextBoolean()).forEach(Records::build);
    return newest;
  }

  /** Repairs on demand; returns how many records moved. */
  private static int repair(NodeId self, Map<NodeId, Records> replicas, Random random) {
    AntiEntropySchedule schedule =
        new AntiEntropySchedule(
            self, new AntiEntropySettings(Duration.ofHours(1), Duration.ofMinutes(1), 1));
    Configuration configuration = Configuration.stable(P, Epoch.FIRST, NODES);
    schedule.follow(ConfigurationTable.of(new ClusterShape(1, 3), List.of(configuration)), 0);
    schedule.demand(List.of(P));
    Records own = Objects.requireNonNull(replicas.get(self));
    int moved = 0;
    while (!schedule.progress().isComplete()) {
      ComparedPair pair = schedule.begin(node -> true, 0);
      assertNotNull(pair);
      Records other = Objects.requireNonNull(replicas.get(pair.other()));
      ComparisonRun run =
          new ComparisonRun(own, other, LIMITS, 1 + random.nextInt(400), Integer.MAX_VALUE);
      assertEquals(Step.DONE, run.run(() -> {}));
      run.differences().forEach(difference -> move(difference, own, other));
      moved += run.differences().size();
      schedule.recordCompared(
          run.comparison().foundInAll(),
          run.comparison().bytesSent() + run.comparison().bytesReceived(),
          0);
    }
    assertEquals(moved, schedule.progress().differences());
    return moved;
  }

  private static void move(Difference difference, Records own, Records other) {
    KeyVersion record =
        Objects.requireNonNull(difference.isToPush() ? difference.own() : difference.other());
    Records target = difference.isToPush() ? other : own;
    KeyVersion held = target.stored().get(record.key());
    assertFalse(held != null && held.wins(record), "moved an older record over a newer one");
    target.put(record);
  }
}
