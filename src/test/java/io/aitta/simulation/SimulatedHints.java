package io.aitta.simulation;

import io.aitta.handoff.HintBook;
import io.aitta.handoff.HintLimits;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The hints that a simulated node keeps, and their delivery. */
final class SimulatedHints {
  private static final int BATCH = 8;

  private final Simulation world;
  private final SimulatedNode node;
  private final HintBook book =
      new HintBook(new HintLimits(1000, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1)));

  private boolean isCountDue; // fewer may be stored than the book counts

  SimulatedHints(Simulation world, SimulatedNode node) throws StorageException {
    this.world = world;
    this.node = node;
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
  void countIfDue() {
    if (isCountDue) {
      try {
        count();
        isCountDue = false;
      } catch (StorageException e) {
        world.trace(node.self(), "could not count its hints"); // until the next tick
      }
    }
  }

  private static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  /** Keeps a hint, as the replica does for handoff. */
  boolean keep(NodeId target, Key key, Entry entry) {
    if (!book.reserve(target, bytes(key, entry))) {
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

  /** Delivers hints, if it is time to. One whose target owns the key no more goes to the owners. */
  void deliver(NodeId target) {
    if (!book.due(world.nowNanos()).contains(target)) {
      return;
    }
    try {
      for (StoredHint hint : node.engine().hints(target, null, BATCH)) {
        Configuration configuration = node.configuration();
        deliver(
            hint,
            configuration,
            configuration.hasReplica(target) ? List.of(target) : configuration.replicas());
      }
    } catch (StorageException e) {
      book.recordFailed(target, world.nowNanos());
    }
  }

  private void deliver(StoredHint hint, Configuration configuration, List<NodeId> owners) {
    Set<NodeId> missing = new HashSet<>(owners);
    for (NodeId owner : owners) {
      node.ask(
          owner,
          node.runs().getOrDefault(owner, Incarnation.UNKNOWN),
          new ReplicaRequest.Write(
              hint.key(), configuration.epoch(), hint.entry(), WriteOrigin.HINT),
          answer -> {
            boolean isInQuestion =
                answer.reply() instanceof ReplicaReply.Refused refused
                    && refused.reason() == RefusalReason.IN_QUESTION;
            if (!(answer.reply() instanceof ReplicaReply.Wrote) && !isInQuestion) {
              book.recordFailed(hint.target(), world.nowNanos());
            } else if (missing.remove(owner) && missing.isEmpty()) {
              drop(hint);
            }
          });
    }
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
