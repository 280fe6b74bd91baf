package io.aitta.partition;

import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Several nodes that found a cluster, with what each of them keeps, and messages on their way. */
final class Founders {
  static final ClusterShape SHAPE = new ClusterShape(8, 3);

  private final int wanted;
  private final Map<NodeId, FoundingState> disks = new LinkedHashMap<>();
  private final Map<NodeId, Bootstrap> running = new LinkedHashMap<>();
  private final List<FoundingMessage> messages = new ArrayList<>();

  Founders(int wanted) {
    this.wanted = wanted;
  }

  static PeerDescription description(NodeId node) {
    return new PeerDescription(node, "", 1, "node-" + node.value());
  }

  static ClusterId ownId(NodeId node) {
    return new ClusterId(new UUID(0, node.value()));
  }

  static FounderCandidate empty(NodeId node) {
    return new FounderCandidate(description(node), null, SHAPE, true);
  }

  /** Starts a node on what it keeps: nothing, if it never ran. */
  Bootstrap start(NodeId node) {
    Bootstrap bootstrap =
        new Bootstrap(
            description(node),
            SHAPE,
            wanted,
            ownId(node),
            disks.getOrDefault(node, FoundingState.NONE));
    running.put(node, bootstrap);
    return bootstrap;
  }

  void stop(NodeId node) {
    running.remove(node);
  }

  /** Its disk is gone. */
  void wipe(NodeId node) {
    running.remove(node);
    disks.remove(node);
  }

  Bootstrap node(NodeId node) {
    return Objects.requireNonNull(running.get(node));
  }

  boolean isRunning(NodeId node) {
    return running.containsKey(node);
  }

  FoundingState disk(NodeId node) {
    return disks.getOrDefault(node, FoundingState.NONE);
  }

  List<FoundingMessage> messages() {
    return messages;
  }

  /** A tick of a node that sees everybody who runs. */
  void tick(NodeId node, long nowMillis) {
    perform(node, node(node).tick(nowMillis, candidates(node), Set.of()));
  }

  List<FounderCandidate> candidates(NodeId of) {
    List<FounderCandidate> others = new ArrayList<>();
    for (NodeId node : running.keySet()) {
      if (!node.equals(of)) {
        var decided = disk(node).decided();
        others.add(
            new FounderCandidate(
                description(node), decided == null ? null : decided.cluster(), SHAPE, true));
      }
    }
    return others;
  }

  /** Delivers a message, if its receiver runs. */
  void deliver(FoundingMessage message, long nowMillis) {
    Bootstrap receiver = running.get(message.to());
    if (receiver != null) {
      perform(message.to(), receiver.received(message, nowMillis));
    }
  }

  /** Makes the state durable, then sends: in this order. */
  void perform(NodeId node, BootstrapStep step) {
    disks.put(node, step.state());
    messages.addAll(step.sends());
  }

  /** Delivers everything, in order, until nothing is on its way. */
  void settle(long nowMillis) {
    while (!messages.isEmpty()) {
      deliver(messages.remove(0), nowMillis);
    }
  }
}
