package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.Succession;
import io.aitta.partition.ClusterView;
import io.aitta.partition.PartitionState;
import io.aitta.partition.ReconfigurationPlanner;
import io.aitta.simulation.Coverage.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Who is to hold the partition as time goes by, and what the nodes made of it: drives changes from
 * any node, often from several at once with different ends in mind, and checks what must hold of
 * configurations after every one that is stored.
 */
final class SimulatedMembership {
  private final Simulation world;
  private final Random random;
  private final ReconfigurationPlanner planner;
  private final Map<NodeId, PartitionState> stored = new HashMap<>();
  private final Map<Epoch, Succession> decided = new HashMap<>();
  private final Set<NodeId> eligible;
  private Succession served;

  SimulatedMembership(Simulation world, Random random, Configuration first, Set<NodeId> eligible) {
    this.world = world;
    this.random = random;
    int copies = 1 + random.nextInt(3);
    // A clock that is wrong is never a majority: what it alone finds expired may be found again.
    this.planner =
        new ReconfigurationPlanner(world.isAClockWrong() ? Math.max(2, copies) : copies, 1);
    this.eligible = new HashSet<>(eligible);
    this.served = Succession.first(first);
    decided.put(first.epoch(), served);
  }

  /** The newest configuration that any node acts on. */
  Succession served() {
    return served;
  }

  /** Whether all who hold the newest configuration know it. */
  boolean isStoredByAll() {
    return served.configuration().replicas().stream()
        .allMatch(node -> epoch(node).equals(served.epoch()));
  }

  /** Whether anybody else than these nodes knows the newest configuration. */
  boolean isStoredBeside(Set<NodeId> lost) {
    return world.nodes().stream()
        .anyMatch(node -> !lost.contains(node) && epoch(node).equals(served.epoch()));
  }

  /** A node goes for good. */
  void gone(NodeId node) {
    eligible.remove(node);
  }

  /** Another node joins, or one leaves. */
  void change(List<NodeId> candidates) {
    NodeId node = candidates.get(random.nextInt(candidates.size()));
    if (!eligible.remove(node) || eligible.isEmpty()) {
      eligible.add(node);
    }
  }

  /** Every one of these is to hold data, from now on. */
  void settle(List<NodeId> nodes) {
    eligible.addAll(nodes);
  }

  /** A node proposes what it finds right: mostly what all do, sometimes not. */
  void drive(SimulatedNode driver, boolean isSound) {
    Set<NodeId> wanted = new HashSet<>(eligible);
    if (!isSound && random.nextInt(3) == 0) {
      wanted.removeIf(node -> random.nextInt(3) == 0);
    }
    if (world.isAClockWrong() && wanted.equals(Set.of(world.nodes().get(0)))) {
      return;
    }
    List<PeerDescription> nodes =
        wanted.stream().sorted().map(node -> new PeerDescription(node, "", 1, "")).toList();
    Set<NodeId> leaving = new HashSet<>(driver.configuration().members());
    leaving.removeAll(wanted);
    ClusterView view =
        new ClusterView(
            nodes,
            leaving,
            driver.alive(),
            (partition, epoch, node) -> driver.hasLoaded(node, epoch));
    for (Configuration proposal : planner.plan(List.of(driver.configuration()), view)) {
      world.trace(driver.self(), "proposes", proposal);
      driver.propose(proposal);
    }
  }

  /** A node stored what it knows of the configuration. */
  void stored(NodeId node, PartitionState state) {
    Succession installed = state.installed();
    PartitionState before = stored.put(node, state);
    world.require(
        before == null || !before.installed().epoch().isNewerThan(installed.epoch()),
        () -> node + " went back from " + before + " to " + state);
    Succession known = decided.putIfAbsent(installed.epoch(), installed);
    world.require(
        known == null || known.equals(installed),
        () -> "two successors: " + known + " and " + installed);
    if (state.isServed() && installed.epoch().isNewerThan(served.epoch())) {
      long fenced =
          installed.predecessors().stream()
              .filter(member -> !installed.epoch().isNewerThan(epoch(member)))
              .count();
      world.require(
          fenced > installed.predecessors().size() / 2,
          () -> installed + " is served, and stored by " + fenced);
      count(served, installed);
      served = installed;
      world.trace("served:", installed);
      world.invariants().checkNothingLost();
    }
  }

  private void count(Succession before, Succession after) {
    if (after.configuration().isJoint()) {
      world.coverage().count(Event.BECAME_JOINT);
    } else if (after.configuration().members().equals(before.configuration().members())) {
      world.coverage().count(Event.WENT_BACK);
    } else {
      world.coverage().count(Event.BECAME_STABLE);
    }
  }

  private Epoch epoch(NodeId node) {
    PartitionState state = stored.get(node);
    return state == null ? Epoch.FIRST : state.installed().epoch();
  }

  /** Whether the changes have come to their end, as all who hold the partition know. */
  boolean isSettled() {
    Configuration configuration = served.configuration();
    return !configuration.isJoint()
        && world.survivors().containsAll(configuration.members())
        && isStoredByAll();
  }

  /** When nothing goes wrong any more, the changes come to their end. */
  void checkSettled() {
    world.require(isSettled(), () -> "ended with " + served);
  }
}
