package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterId;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.partition.Bootstrap.Phase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Founding by nodes that see each other at different times, while messages are lost, repeated and
 * reordered and nodes restart on what they kept: never two clusters, and in calm one.
 */
final class BootstrapPropertyTest {
  private static final int SEQUENCES = 100;
  private static final int EVENTS = 120;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void neverTwoClustersAndNothingIsServedBeforeAllStoredIt(long seed) {
    Random random = new Random(seed);
    int foundedInTheStorm = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      foundedInTheStorm += run(random) ? 1 : 0;
    }
    assertTrue(foundedInTheStorm > 0, "some clusters are founded while messages are lost");
    assertTrue(foundedInTheStorm < SEQUENCES, "some only afterwards");
  }

  private static boolean run(Random random) {
    int count = 2 + random.nextInt(4);
    int wanted = count / 2 + 1 + random.nextInt((count + 1) / 2);
    Founders nodes = new Founders(wanted);
    List<NodeId> ids = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      ids.add(new NodeId(i));
    }
    Set<ClusterId> decided = new HashSet<>();
    long now = random.nextInt(10_000) - 5_000L;
    for (int i = 0; i < EVENTS; i++) {
      now += random.nextInt(200);
      event(random, nodes, ids, now);
      check(nodes, ids, decided);
    }
    boolean isFoundedInTheStorm = !decided.isEmpty();
    ids.stream().filter(id -> !nodes.isRunning(id)).forEach(nodes::start);
    for (int i = 0; i < 60; i++) {
      now += 400;
      for (NodeId id : ids) {
        nodes.tick(id, now);
        nodes.settle(now);
        check(nodes, ids, decided);
      }
    }
    assertEquals(1, decided.size(), "in calm, one cluster");
    for (NodeId id : ids) {
      Founding founding = nodes.disk(id).decided();
      if (founding != null) {
        assertEquals(Phase.ACTIVE, nodes.node(id).phase());
      }
    }
    return isFoundedInTheStorm;
  }

  private static void event(Random random, Founders nodes, List<NodeId> ids, long now) {
    NodeId node = ids.get(random.nextInt(ids.size()));
    List<FoundingMessage> messages = nodes.messages();
    int kind = random.nextInt(20);
    if (!nodes.isRunning(node)) {
      if (kind < 10) {
        nodes.start(node);
      }
    } else if (kind == 0) {
      nodes.stop(node);
    } else if (kind < 7 || messages.isEmpty()) {
      // Each sees a part of the others.
      List<FounderCandidate> seen =
          nodes.candidates(node).stream().filter(other -> random.nextInt(4) > 0).toList();
      nodes.perform(node, nodes.node(node).tick(now, seen));
    } else {
      int which = random.nextInt(messages.size());
      FoundingMessage message =
          random.nextInt(6) == 0 ? messages.get(which) : messages.remove(which);
      if (random.nextInt(8) > 0) {
        nodes.deliver(message, now);
      }
    }
  }

  private static void check(Founders nodes, List<NodeId> ids, Set<ClusterId> decided) {
    for (NodeId id : ids) {
      FoundingState state = nodes.disk(id);
      Founding founding = state.decided();
      if (founding != null) {
        decided.add(founding.cluster());
        assertTrue(
            founding.founders().stream().anyMatch(founder -> founder.node().equals(id)),
            "only founders store it");
      }
      if (founding != null && state.isActive()) {
        for (PeerDescription founder : founding.founders()) {
          assertEquals(
              founding, nodes.disk(founder.node()).decided(), "served before all stored it");
        }
      }
    }
    assertTrue(decided.size() <= 1, "two clusters: " + decided);
  }
}
