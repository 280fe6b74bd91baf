package io.aitta.simulation;

import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.Difference;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Moves the records in which a simulated node's replica differs from another's. */
final class SimulatedMoves {
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();

  private final Simulation world;
  private final SimulatedNode node;
  private final NodeId other;
  private final Epoch epoch;
  private final Runnable recordMoved;
  private final Set<Integer> unanswered = new HashSet<>();
  private int lastRound;
  private long deadlineNanos;
  private boolean isComplete = true;

  /**
   * Begins.
   *
   * @param recordMoved hears of every answer
   */
  SimulatedMoves(
      Simulation world, SimulatedNode node, NodeId other, Epoch epoch, Runnable recordMoved) {
    this.world = world;
    this.node = node;
    this.other = other;
    this.epoch = epoch;
    this.recordMoved = recordMoved;
  }

  void begin(List<Difference> differences) {
    deadlineNanos = world.nowNanos() + TIMEOUT_NANOS;
    differences.forEach(this::begin);
  }

  private void begin(Difference difference) {
    if (difference.isToPush()) {
      push(difference);
    } else {
      ask(
          other,
          new ReplicaRequest.Read(difference.key(), epoch),
          reply -> recordFetched(difference, reply));
    }
  }

  private void push(Difference difference) {
    try {
      Entry entry = node.engine().read(Simulation.PARTITION, difference.key());
      if (entry != null) {
        ask(other, write(difference, entry), reply -> recordReplied(difference, reply));
      }
    } catch (StorageException e) {
      isComplete = false;
    }
  }

  private ReplicaRequest write(Difference difference, Entry entry) {
    return new ReplicaRequest.Write(difference.key(), epoch, entry, WriteOrigin.REPAIR);
  }

  private void ask(NodeId to, ReplicaRequest request, Consumer<ReplicaReply> answer) {
    int round = ++lastRound;
    unanswered.add(round);
    node.ask(
        to,
        node.runs().getOrDefault(to, Incarnation.UNKNOWN),
        request,
        packet -> {
          if (packet.reply() != null && unanswered.remove(round)) {
            answer.accept(packet.reply());
            recordMoved.run();
          }
        });
  }

  private void recordFetched(Difference difference, ReplicaReply reply) {
    if (!(reply instanceof ReplicaReply.Copy copy)) {
      isComplete = false;
    } else if (copy.entry() != null) {
      ask(
          node.self(),
          write(difference, copy.entry()),
          written -> recordReplied(difference, written));
    }
  }

  private void recordReplied(Difference difference, ReplicaReply reply) {
    if (reply instanceof ReplicaReply.Wrote wrote) {
      if (wrote.result() == WriteResult.APPLIED) {
        world.coverage().count(difference.isToPush() ? Event.PUSHED : Event.FETCHED);
        world.trace(node.self(), "moved", difference);
      }
      return;
    }
    isComplete = false;
    if (reply instanceof ReplicaReply.Refused refused
        && refused.reason() == RefusalReason.IN_QUESTION) {
      world.coverage().count(Event.MAJORITY_ASKED);
      new SimulatedRequest(world, node, difference.key(), Consistency.QUORUM).get(unread -> {});
    }
  }

  /** Gives up what is not answered in time. */
  void recordTime() {
    if (world.nowNanos() - deadlineNanos >= 0 && !unanswered.isEmpty()) {
      isComplete = false;
      unanswered.clear();
    }
  }

  /** Whether everything that was begun is over. */
  boolean areOver() {
    return unanswered.isEmpty();
  }

  /** Whether everything that is over was moved. */
  boolean areComplete() {
    return isComplete;
  }
}
