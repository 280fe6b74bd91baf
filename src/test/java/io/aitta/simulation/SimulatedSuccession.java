package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.partition.PartitionSuccession;
import io.aitta.partition.SuccessionStep;
import io.aitta.replica.StoredPartitions;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulated node's part in the changes of the partition's configuration. */
final class SimulatedSuccession {
  static final int MAX_UNSENT = 50;
  private static final long MILLI = 1_000_000;

  private final Simulation world;
  private final SimulatedNode node;
  private final PartitionSuccession succession;
  private final List<SuccessionMessage> unsent = new ArrayList<>(); // until the state is durable
  private PartitionState durable;
  private ConfigurationTable configurations;

  SimulatedSuccession(Simulation world, SimulatedNode node, StorageEngine disk)
      throws StorageException {
    this.world = world;
    this.node = node;
    Bytes stored = disk.readMetadata(StoredPartitions.name(Simulation.PARTITION));
    PartitionState known =
        stored == null
            ? PartitionState.first(world.firstConfiguration())
            : StoredPartitions.decode(stored);
    world.membership().stored(node.self(), known); // maybe by a write that was said to have failed
    this.succession = new PartitionSuccession(node.self(), remembered(known));
    this.durable = succession.state();
    this.configurations = table(durable);
  }

  private PartitionState remembered(PartitionState stored) {
    return world.makes(Mistake.CONFIGURATIONS_ARE_FORGOTTEN)
        ? PartitionState.first(world.firstConfiguration())
        : stored;
  }

  private ConfigurationTable table(PartitionState state) {
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(world.firstConfiguration()))
        .with(state.installed().configuration(), state.isServed());
  }

  /** What this node acts on. */
  ConfigurationTable configurations() {
    return configurations;
  }

  /** The newest configuration that this node stored. */
  Succession installed() {
    return durable.installed();
  }

  boolean isServed() {
    return durable.isServed();
  }

  /** How many messages wait for what they follow from to be stored. */
  int unsent() {
    return unsent.size();
  }

  void propose(Configuration successor) {
    if (unsent.size() < MAX_UNSENT) {
      perform(succession.propose(successor, nowMillis()));
    }
  }

  void received(SuccessionMessage message) {
    if (unsent.size() < MAX_UNSENT) { // else it is dropped, as the network would have
      perform(succession.received(message, nowMillis()));
    }
  }

  void tick() {
    perform(succession.tick(nowMillis()));
  }

  private long nowMillis() {
    return world.nowNanos() / MILLI;
  }

  /**
   * Makes what it knows of the configuration durable, then says what follows from it. What cannot
   * be stored is said to nobody, and stored with what comes next.
   */
  private void perform(SuccessionStep step) {
    world.require(succession.conflict() == null, () -> "conflict: " + succession.conflict());
    unsent.addAll(step.sends());
    if (!step.state().equals(durable)) {
      node.replica().flush(); // what was taken up before is judged by what was known then
      try {
        long aside =
            node.state()
                .install(
                    world.makes(Mistake.LEFTOVERS_ARE_KEPT) ? NodeId.NONE : node.self(),
                    List.of(step.state()));
        if (aside > 0) {
          world.coverage().count(Event.SET_ASIDE);
          world.trace(node.self(), "set", aside, "records aside");
        }
      } catch (StorageException e) {
        return;
      }
      durable = step.state();
      configurations = table(durable);
      world.membership().stored(node.self(), durable);
    }
    unsent.forEach(message -> node.send(message.to(), message));
    unsent.clear();
  }

  /** What tells others what this node acts on; null if they know it anyhow. */
  SuccessionMessage.@Nullable Install greeting(NodeId peer) {
    return isServed() && installed().epoch().isNewerThan(Epoch.FIRST)
        ? new SuccessionMessage.Install(node.self(), peer, installed(), true)
        : null;
  }
}
