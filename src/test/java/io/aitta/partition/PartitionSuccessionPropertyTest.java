package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several nodes propose different successors, one after another and at once, while messages are
 * lost, repeated and reordered and nodes restart on what they kept: every configuration has one
 * successor, and in calm the changes go on.
 */
final class PartitionSuccessionPropertyTest {
  private static final int SEQUENCES = 150;
  private static final int EVENTS = 400;

  private final Map<Epoch, Succession> decided = new HashMap<>();
  private final Map<NodeId, Epoch> highest = new HashMap<>();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyConfigurationHasOneSuccessor(long seed) {
    Random random = new Random(seed);
    int changes = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      changes += run(random);
    }
    assertTrue(changes > SEQUENCES, "[" + changes + "] changes while messages are lost");
  }

  private int run(Random random) {
    decided.clear();
    highest.clear();
    List<NodeId> ids = new ArrayList<>();
    int count = 3 + random.nextInt(4);
    for (int i = 1; i <= count; i++) {
      ids.add(new NodeId(i));
    }
    Successions nodes = new Successions(ids.subList(0, 1 + random.nextInt(3)));
    nodes.start(ids);
    long now = 0;
    for (int i = 0; i < EVENTS; i++) {
      now += random.nextInt(50);
      event(random, nodes, ids, now);
      check(nodes, ids);
    }
    int changes = decided.size() - 1;
    calm(random, nodes, ids, now);
    return changes;
  }

  private void calm(Random random, Successions nodes, List<NodeId> ids, long begin) {
    long now = begin;
    ids.stream().filter(id -> !nodes.isRunning(id)).forEach(nodes::start);
    int before = decided.size();
    for (int i = 0; i < 40; i++) {
      now += PartitionSuccession.PATIENCE_MILLIS;
      for (NodeId id : ids) {
        long present = now;
        nodes.perform(id, node -> node.tick(present));
        nodes.settle(now);
      }
      propose(random, nodes, ids, ids.get(0), now);
      nodes.settle(now);
      check(nodes, ids);
    }
    assertTrue(decided.size() > before + 5, "in calm, the changes go on");
  }

  private void event(Random random, Successions nodes, List<NodeId> ids, long now) {
    NodeId node = ids.get(random.nextInt(ids.size()));
    List<SuccessionMessage> messages = nodes.messages();
    int kind = random.nextInt(20);
    if (!nodes.isRunning(node)) {
      if (kind < 10) {
        nodes.start(node);
      }
    } else if (kind == 0) {
      nodes.stop(node);
    } else if (kind == 1) {
      nodes.perform(node, one -> one.tick(now));
    } else if (kind < 4 || messages.isEmpty()) {
      propose(random, nodes, ids, node, now);
    } else {
      int which = random.nextInt(messages.size());
      SuccessionMessage message =
          random.nextInt(6) == 0 ? messages.get(which) : messages.remove(which);
      if (random.nextInt(12) > 0) {
        nodes.deliver(message, now);
      }
    }
  }

  private static void propose(
      Random random, Successions nodes, List<NodeId> ids, NodeId proposer, long now) {
    Configuration installed = nodes.installed(proposer).configuration();
    Configuration successor;
    if (installed.isJoint()) {
      successor =
          Successions.stable(
              installed, random.nextBoolean() ? installed.successors() : installed.members());
    } else {
      List<NodeId> shuffled = new ArrayList<>(ids);
      Collections.shuffle(shuffled, random);
      successor = Successions.joint(installed, shuffled.subList(0, 1 + random.nextInt(3)));
    }
    nodes.propose(proposer, successor, now);
  }

  private void check(Successions nodes, List<NodeId> ids) {
    decided.putIfAbsent(Epoch.FIRST, Succession.first(nodes.first()));
    for (Succession stored : nodes.history()) {
      Succession known = decided.putIfAbsent(stored.epoch(), stored);
      assertTrue(known == null || known.equals(stored), "two of one epoch: " + known + stored);
    }
    nodes.history().clear();
    for (NodeId id : ids) {
      PartitionState state = nodes.disk(id);
      Succession installed = state.installed();
      Epoch before = highest.put(id, installed.epoch());
      assertTrue(before == null || !before.isNewerThan(installed.epoch()), "an epoch fell");
      if (nodes.isRunning(id)) {
        assertNull(nodes.node(id).conflict());
      }
      if (state.isServed()) {
        checkFenced(nodes, installed);
      }
    }
    decided.forEach(this::checkFollows);
  }

  private void checkFollows(Epoch epoch, Succession succession) {
    if (epoch.equals(Epoch.FIRST)) {
      return;
    }
    Succession before =
        Objects.requireNonNull(
            decided.get(new Epoch(0, epoch.number() - 1)), "nothing precedes " + succession);
    assertTrue(
        PartitionSuccession.follows(succession.configuration(), before.configuration()),
        succession + " does not follow " + before);
    assertEquals(before.configuration().members(), succession.predecessors());
  }

  private static void checkFenced(Successions nodes, Succession served) {
    long fenced =
        served.predecessors().stream()
            .filter(member -> !served.epoch().isNewerThan(nodes.installed(member).epoch()))
            .count();
    assertTrue(
        fenced > served.predecessors().size() / 2,
        "served by [" + fenced + "] of " + served.predecessors());
  }
}
