package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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

  /**
   * {A,B,C} of a cluster and empty nodes, which hear of each other and of members at random, lose
   * sight of the members, see them downed, and restart: while one member is named and silent, or
   * once any needed node heard of the cluster, nothing is founded.
   */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whoHeardOfAClusterNeverFoundsASecondOne(long seed) {
    Random random = new Random(seed);
    int founded = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      founded += runBesideACluster(random) ? 1 : 0;
    }
    assertTrue(founded < SEQUENCES, "some hear of the first cluster");
    assertTrue(founded > 0, "without having heard of it in any way they cannot know");
  }

  private static boolean runBesideACluster(Random random) {
    int wanted = 2 + random.nextInt(3);
    Founders nodes = new Founders(wanted);
    List<NodeId> ids = new ArrayList<>();
    for (int i = 1; i <= wanted + random.nextInt(2); i++) {
      ids.add(new NodeId(i));
      nodes.start(new NodeId(i));
    }
    NodeId memberId = new NodeId(99);
    FounderCandidate member =
        new FounderCandidate(
            Founders.description(memberId), Founders.ownId(memberId), Founders.SHAPE, false);
    int hearing = 1 + random.nextInt(40); // of so many ticks one hears the member
    Set<NodeId> heard = new HashSet<>();
    Set<NodeId> named = new HashSet<>(ids); // whose membership names the silent member
    long now = 0;
    for (int i = 0; i < EVENTS; i++) {
      now += random.nextInt(400);
      NodeId node = ids.get(random.nextInt(ids.size()));
      int kind = random.nextInt(20);
      if (kind == 0) {
        nodes.stop(node);
        nodes.start(node);
      } else if (kind == 1) {
        named.remove(node);
      } else if (kind < 10 && nodes.disk(node).decided() == null) {
        List<FounderCandidate> seen = new ArrayList<>(nodes.candidates(node));
        if (random.nextInt(hearing) == 0) {
          seen.add(member);
          heard.add(node);
        }
        Set<String> unheard = named.contains(node) ? Set.of("the member") : Set.of();
        BootstrapStep step = nodes.node(node).tick(now, seen, unheard);
        boolean isBegun = step.state().accepted() != null || nodes.disk(node).accepted() != null;
        boolean onlyJoins =
            step.sends().stream().allMatch(FoundingMessage.AskedToJoin.class::isInstance);
        assertTrue(unheard.isEmpty() || isBegun || onlyJoins, "one is silent");
        nodes.perform(node, step);
      } else if (!nodes.messages().isEmpty()) {
        nodes.deliver(nodes.messages().remove(random.nextInt(nodes.messages().size())), now);
      }
      for (NodeId one : heard) {
        Founding founding = nodes.disk(one).decided();
        ClusterId elsewhere = nodes.disk(one).elsewhere();
        assertTrue(
            founding == null || elsewhere == null || founding.cluster().equals(elsewhere),
            "founded knowing another");
      }
      for (NodeId one : ids) {
        Founding founding = nodes.disk(one).decided();
        if (nodes.disk(one).isActive() && founding != null) {
          founding
              .founders()
              .forEach(
                  founder ->
                      assertNull(
                          nodes.disk(founder.node()).elsewhere(),
                          "served by one that knew better"));
        }
      }
    }
    return ids.stream().anyMatch(id -> nodes.disk(id).isActive());
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
      nodes.perform(node, nodes.node(node).tick(now, seen, Set.of()));
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
            founding.cluster().equals(state.elsewhere())
                || founding.founders().stream().anyMatch(founder -> founder.node().equals(id)),
            "only founders store it, and those that join");
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
