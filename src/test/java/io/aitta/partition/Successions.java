package io.aitta.partition;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The nodes of one partition, with what each of them keeps, and messages on their way. */
final class Successions {
  static final PartitionId PARTITION = new PartitionId(7);

  private final Configuration first;
  private final Map<NodeId, PartitionState> disks = new LinkedHashMap<>();
  private final Map<NodeId, PartitionSuccession> running = new LinkedHashMap<>();
  private final List<SuccessionMessage> messages = new ArrayList<>();
  private final List<Succession> history = new ArrayList<>(); // everything that was ever stored

  Successions(List<NodeId> members) {
    this(Configuration.stable(PARTITION, Epoch.FIRST, members));
  }

  Successions(Configuration first) {
    this.first = first;
  }

  static Configuration joint(Configuration stable, List<NodeId> successors) {
    return new Configuration(PARTITION, stable.epoch().next(), stable.members(), successors);
  }

  static Configuration stable(Configuration joint, List<NodeId> members) {
    return Configuration.stable(PARTITION, joint.epoch().next(), members);
  }

  Configuration first() {
    return first;
  }

  /** Starts a node on what it keeps: the first configuration, if it never ran. */
  PartitionSuccession start(NodeId node) {
    PartitionSuccession one = new PartitionSuccession(node, disk(node));
    running.put(node, one);
    return one;
  }

  void start(List<NodeId> nodes) {
    nodes.forEach(this::start);
  }

  void stop(NodeId node) {
    running.remove(node);
  }

  boolean isRunning(NodeId node) {
    return running.containsKey(node);
  }

  PartitionSuccession node(NodeId node) {
    return Objects.requireNonNull(running.get(node));
  }

  PartitionState disk(NodeId node) {
    return disks.getOrDefault(node, PartitionState.first(first));
  }

  Succession installed(NodeId node) {
    return disk(node).installed();
  }

  List<SuccessionMessage> messages() {
    return messages;
  }

  /** Everything that any node ever stored, in order. */
  List<Succession> history() {
    return history;
  }

  /** The messages of a kind, which are taken away. */
  <T extends SuccessionMessage> List<T> take(Class<T> kind) {
    List<T> taken = new ArrayList<>();
    for (SuccessionMessage message : List.copyOf(messages)) {
      if (kind.isInstance(message)) {
        taken.add(kind.cast(message));
        messages.remove(message);
      }
    }
    return taken;
  }

  /** Makes the state durable, then sends: in this order. */
  void perform(NodeId node, Function<PartitionSuccession, SuccessionStep> act) {
    SuccessionStep step = act.apply(node(node));
    disks.put(node, step.state());
    history.add(step.state().installed());
    messages.addAll(step.sends());
  }

  void propose(NodeId node, Configuration successor, long nowMillis) {
    perform(node, one -> one.propose(successor, nowMillis));
  }

  /** Delivers a message, if its receiver runs. */
  void deliver(SuccessionMessage message, long nowMillis) {
    if (isRunning(message.to())) {
      perform(message.to(), one -> one.received(message, nowMillis));
    }
  }

  /** Delivers everything, in order, until nothing is on its way. */
  void settle(long nowMillis) {
    while (!messages.isEmpty()) {
      deliver(messages.remove(0), nowMillis);
    }
  }
}
