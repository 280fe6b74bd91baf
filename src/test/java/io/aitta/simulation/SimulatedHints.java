package io.aitta.simulation;

import io.aitta.handoff.HintBook;
import io.aitta.handoff.HintLimits;
import io.aitta.handoff.HintReceivers;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.Durability;
import io.aitta.storage.HintCount;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import io.aitta.storage.StoredHint;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The hints that a simulated node keeps, and their delivery. */
final class SimulatedHints {
  private static final int BATCH = 8;
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();

  private final Simulation world;
  private final SimulatedNode node;
  private final HintBook book;

  private final Map<NodeId, Long> deliveries = new HashMap<>(); // when what is under way began
  private boolean isCountDue; // fewer may be stored than the book counts

  SimulatedHints(Simulation world, SimulatedNode node) throws StorageException {
    this.world = world;
    this.node = node;
    this.book =
        new HintBook(
            new HintLimits(
                world.maxHints(), 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1)));
    count();
  }

  private void count() throws StorageException {
    List<HintCount> counts = node.engine().hintCounts();
    book.forgetStored();
    for (HintCount count : counts) {
      book.recordStored(count.target(), count.hints(), count.bytes());
    }
  }

  /** Counts anew what is stored, if fewer hints may be stored than were counted. */
  private void countIfDue() {
    if (isCountDue) {
      try {
        count();
        isCountDue = false;
      } catch (StorageException e) {
        world.trace(node.self(), "could not count its hints"); // until the next tick
      }
    }
  }

  /** There are no more hints than the bound allows, nor more than were counted. */
  void checkBounds() {
    for (HintCount count : stored()) {
      world
          .invariants()
          .bounded(node.self(), "hints of one target", count.hints(), world.maxHints());
      world
          .invariants()
          .bounded(
              node.self(), "hints that are counted", count.hints(), book.hints(count.target()));
    }
  }

  /** When everyone is there, every hint was delivered. */
  void checkAtRest() {
    stored()
        .forEach(
            count ->
                world
                    .invariants()
                    .bounded(node.self(), "hints for " + count.target(), count.hints(), 0));
    world.invariants().bounded(node.self(), "hints that are counted", book.hints(), 0);
  }

  private List<HintCount> stored() {
    try {
      return world.disk(node.self()).hintCounts();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  /** Keeps a hint, as the replica does for handoff. */
  boolean keep(NodeId target, Key key, Entry entry) {
    if (!book.reserve(target, bytes(key, entry))) {
      world.coverage().count(Event.HINT_REFUSED);
      return false;
    }
    try {
      Entry before = node.engine().readHint(target, key);
      if (before == null || entry.version().isNewerThan(before.version())) {
        write(new Mutation.PutHint(target, key, entry));
        book.recordStored(target, 1, bytes(key, entry));
        isCountDue = true; // one that it replaced is gone
      }
      book.release(target, bytes(key, entry));
      world.coverage().count(Event.HINT_KEPT);
      return true;
    } catch (StorageException e) {
      // It may be stored all the same.
      book.recordStored(target, 1, bytes(key, entry));
      book.release(target, bytes(key, entry));
      isCountDue = true;
      return false;
    }
  }

  private void write(Mutation mutation) throws StorageException {
    node.engine().write(List.of(mutation), Durability.POLICY);
  }

  /** Delivers hints to whom it is time to. A member that is away is waited for. */
  void deliver() {
    countIfDue();
    Configuration configuration = node.configuration();
    for (NodeId target : book.due(world.nowNanos())) {
      long sinceNanos = world.nowNanos() - deliveries.getOrDefault(target, Long.MIN_VALUE / 2);
      boolean isDue = isTaking(target) || !configuration.hasReplica(target);
      if (isDue && sinceNanos >= TIMEOUT_NANOS) {
        deliveries.put(target, world.nowNanos());
        deliver(target, configuration);
      }
    }
  }

  private boolean isTaking(NodeId peer) {
    return peer.equals(node.self()) || node.peers().isAlive(peer);
  }

  private void deliver(NodeId target, Configuration configuration) {
    try {
      List<StoredHint> hints = node.engine().hints(target, null, BATCH);
      isCountDue |= hints.isEmpty();
      hints.forEach(hint -> deliver(hint, configuration));
    } catch (StorageException e) {
      recordFailed(target);
    }
  }

  private void recordFailed(NodeId target) {
    deliveries.remove(target);
    book.recordFailed(target, world.nowNanos());
  }

  private void deliver(StoredHint hint, Configuration configuration) {
    if (isGivenToAFormerOwner(hint, configuration)) {
      drop(hint);
      return;
    }
    List<NodeId> owners = HintReceivers.of(hint.target(), configuration);
    if (!owners.stream().allMatch(this::isTaking)) {
      recordFailed(hint.target());
      return;
    }
    Set<NodeId> missing = new HashSet<>(owners);
    for (NodeId owner : owners) {
      node.ask(
          owner,
          node.runs().getOrDefault(owner, Incarnation.UNKNOWN),
          new ReplicaRequest.Write(
              hint.key(), configuration.epoch(), hint.entry(), WriteOrigin.HINT),
          answer -> {
            if (!isSettled(hint, answer)) {
              recordFailed(hint.target());
            } else if (missing.remove(owner) && missing.isEmpty()) {
              deliveries.remove(hint.target());
              book.recordDelivered(hint.target());
              drop(hint);
            }
          });
    }
  }

  private boolean isGivenToAFormerOwner(StoredHint hint, Configuration configuration) {
    return world.makes(Mistake.FORMER_OWNERS_ARE_GIVEN_HINTS)
        && !configuration.hasReplica(hint.target());
  }

  private boolean isSettled(StoredHint hint, Packet answer) {
    boolean isInQuestion =
        answer.reply() instanceof ReplicaReply.Refused refused
            && refused.reason() == RefusalReason.IN_QUESTION;
    if (isInQuestion) {
      world.invariants().inQuestion(hint.key(), hint.entry().version());
    }
    return answer.reply() instanceof ReplicaReply.Wrote || isInQuestion;
  }

  private void drop(StoredHint hint) {
    try {
      Entry before = node.engine().readHint(hint.target(), hint.key());
      if (before != null && !before.version().isNewerThan(hint.entry().version())) {
        write(new Mutation.RemoveHint(hint.target(), hint.key()));
        isCountDue = true;
        world.coverage().count(Event.HINT_DELIVERED);
      }
    } catch (StorageException e) {
      isCountDue = true; // it is delivered again, unless it is gone
    }
  }
}
