package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random clusters in which each node has a schedule, against the times at which pairs compared. */
final class AntiEntropySchedulePropertyTest {
  private static final int PARTITIONS = 16;
  private static final long INTERVAL = Duration.ofMinutes(10).toNanos();
  private static final long STEP = Duration.ofSeconds(1).toNanos();
  private static final int STEPS = 4_000;
  private static final AntiEntropySettings SETTINGS =
      new AntiEntropySettings(Duration.ofMinutes(10), Duration.ofSeconds(30), 3);

  /** Two members and what they share, the lower one first. */
  private record Shared(PartitionId partition, NodeId lower, NodeId higher) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyTwoMembersAreComparedOncePerIntervalWhoeverBegins(long seed) {
    Random random = new Random(seed);
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      nodes.add(new NodeId(random.nextLong()));
    }
    ConfigurationTable table = table(random, nodes);
    long start = random.nextBoolean() ? Long.MAX_VALUE - 500 * STEP : random.nextLong();
    Map<NodeId, AntiEntropySchedule> schedules = new HashMap<>();
    for (NodeId node : nodes) {
      AntiEntropySchedule schedule = new AntiEntropySchedule(node, SETTINGS);
      schedule.follow(table, start);
      schedules.put(node, schedule);
    }
    Map<Shared, Long> last = new HashMap<>();
    table.all().forEach(each -> shared(each).forEach(two -> last.put(two, start)));
    int comparisons = 0;
    int failures = 0;
    for (int step = 1; step <= STEPS; step++) {
      long now = start + step * STEP;
      for (NodeId node : nodes) {
        AntiEntropySchedule schedule = Objects.requireNonNull(schedules.get(node));
        ComparedPair pair = schedule.begin(other -> true, now);
        if (pair == null) {
          continue;
        }
        if (random.nextInt(10) == 0) {
          failures++;
          schedule.recordFailed(0, 0, now);
        } else {
          comparisons++;
          schedule.recordCompared(0, 0, now);
          Objects.requireNonNull(schedules.get(pair.other()))
              .recordComparedBy(new ComparedPair(pair.partition(), node), now);
          last.put(shared(pair.partition(), node, pair.other()), now);
        }
      }
      last.forEach(
          (two, then) ->
              assertTrue(now - then <= 2 * INTERVAL, two + " after " + (now - then) / STEP + " s"));
    }
    int wanted = (int) (last.size() * (STEPS * STEP / INTERVAL));
    assertTrue(failures > 0);
    assertTrue(
        comparisons <= wanted * 1.3 && comparisons >= wanted * 0.7,
        comparisons + " comparisons, about " + wanted + " wanted");
  }

  private static ConfigurationTable table(Random random, List<NodeId> nodes) {
    List<Configuration> configurations = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      List<NodeId> members = new ArrayList<>(nodes);
      Collections.shuffle(members, random);
      configurations.add(
          Configuration.stable(new PartitionId(i), Epoch.FIRST, members.subList(0, 3)));
    }
    return ConfigurationTable.of(new ClusterShape(PARTITIONS, 3), configurations);
  }

  private static List<Shared> shared(Configuration configuration) {
    List<Shared> all = new ArrayList<>();
    for (NodeId one : configuration.members()) {
      for (NodeId other : configuration.members()) {
        if (one.compareTo(other) < 0) {
          all.add(new Shared(configuration.partition(), one, other));
        }
      }
    }
    return all;
  }

  private static Shared shared(PartitionId partition, NodeId one, NodeId other) {
    return one.compareTo(other) < 0
        ? new Shared(partition, one, other)
        : new Shared(partition, other, one);
  }
}
