package io.aitta.actor;

import io.aitta.handoff.HintBook;
import io.aitta.handoff.HintLimits;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.HintCount;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StoredHint;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps writes for replicas that did not acknowledge them, and delivers them when the replica's
 * node is alive (Dynamo §4.6; ours stay with the coordinating node and never count towards W).
 * Decides with {@link HintBook}; hints are stored by the {@link Replica}, which owns the engine's
 * writes, and so outlive a restart of a durable node.
 *
 * <p>A hint is removed once its target holds that version or a newer one. Delivery goes in batches,
 * one at a time for each target, and backs off while the target refuses. Runs on the storage
 * dispatcher, since it reads hints from the disk.
 *
 * <p>Hints that are gone are not subtracted but the rest counted anew, at the next tick: what was
 * stored or dropped around a crash could be subtracted twice, or from a count that lacks it.
 *
 * <p>A crash of this actor restarts it after a pause, and it counts the stored hints anew. Whoever
 * waited for a hint to be stored is not answered, and waits no longer than a while.
 */
final class HintedHandoff extends AbstractBehavior<HintedHandoff.Command> {

  sealed interface Command permits Keep, Replied, Replica.HintStored, Replica.HintDropped, Tick {}

  /** Keep a hint, if there is room. */
  record Keep(
      NodeId target, Key key, Entry entry, ActorRef<ReplicationCoordinator.HintKept> replyTo)
      implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** A delivery that is under way to one target. */
  private static final class Delivery {
    private final Map<Integer, StoredHint> unanswered = new HashMap<>();
    private long deadlineNanos;
    private boolean hasFailed;
  }

  private record Waiting(Keep keep, long bytes) {}

  private static final Duration TICK_INTERVAL = Duration.ofMillis(200);
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(5);
  private static final int BATCH = 128;

  /** Bytes in one batch, so that hints leave room on the link for requests. */
  private static final long MAX_BATCH_BYTES = 1 << 20;

  private final HandoffWorks works;
  private final HintBook book;
  private final Map<NodeId, Delivery> deliveries = new HashMap<>();
  private final Map<Waits, Waiting> waiting = new HashMap<>(); // until the replica stored them
  private int lastRound;
  private boolean isCountDue; // fewer hints may be stored than the book counts

  private record Waits(NodeId target, Key key, Version version) {}

  private HintedHandoff(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HandoffWorks works,
      HintBook book) {
    super(context);
    this.works = works;
    this.book = book;
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(HandoffWorks works, HintLimits limits) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new HintedHandoff(
                                context, timers, works, bookOf(works.engine(), limits)))))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
  }

  /** Counts the hints that are stored already. */
  private static HintBook bookOf(StorageEngine engine, HintLimits limits) {
    HintBook book = new HintBook(limits);
    try {
      count(engine, book);
    } catch (StorageException e) {
      throw new IllegalStateException("cannot count the stored hints", e);
    }
    return book;
  }

  private static void count(StorageEngine engine, HintBook book) throws StorageException {
    List<HintCount> counts = engine.hintCounts();
    book.forgetStored();
    for (HintCount count : counts) {
      book.recordStored(count.target(), count.hints(), count.bytes());
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Keep.class, this::onKeep)
        .onMessage(Replica.HintStored.class, this::onHintStored)
        .onMessage(Replied.class, this::onReplied)
        .onMessage(Replica.HintDropped.class, notUsed -> onHintDropped())
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  private Behavior<Command> onKeep(Keep keep) {
    long bytes = bytes(keep.key(), keep.entry());
    Waits waits = new Waits(keep.target(), keep.key(), keep.entry().version());
    if (waiting.containsKey(waits)
        || !isReplica(keep.target(), keep.key())
        || !book.reserve(keep.target(), bytes)) {
      keep.replyTo().tell(new ReplicationCoordinator.HintKept(keep.target(), false));
      return this;
    }
    waiting.put(waits, new Waiting(keep, bytes));
    works
        .replica()
        .tell(
            new Replica.KeepHint(
                keep.target(), keep.key(), keep.entry(), getContext().getSelf().narrow()));
    return this;
  }

  private boolean isReplica(NodeId node, Key key) {
    ConfigurationTable configurations = works.service().get().configurations();
    return configurations != null && configurations.configurationOf(key).hasReplica(node);
  }

  private Behavior<Command> onHintStored(Replica.HintStored stored) {
    Waiting kept =
        waiting.remove(new Waits(stored.target(), stored.key(), stored.entry().version()));
    if (stored.isStored()) {
      // A count since it was stored has it already, and one replaced is gone: too many for a while.
      book.recordStored(stored.target(), 1, bytes(stored.key(), stored.entry()));
      isCountDue = true;
    }
    if (kept == null) {
      return this;
    }
    book.release(stored.target(), kept.bytes());
    kept.keep()
        .replyTo()
        .tell(new ReplicationCoordinator.HintKept(stored.target(), stored.isKept()));
    return this;
  }

  private Behavior<Command> onTick() {
    long now = System.nanoTime();
    countIfDue();
    deliveries
        .entrySet()
        .removeIf(
            delivery -> {
              boolean isOver =
                  delivery.getValue().unanswered.isEmpty()
                      || delivery.getValue().deadlineNanos - now <= 0;
              if (isOver && !delivery.getValue().unanswered.isEmpty()) {
                book.recordFailed(delivery.getKey(), now);
              }
              return isOver;
            });
    PeersSnapshot peers = works.peers().get();
    for (NodeId target : book.due(now)) {
      PeerView peer = peers.peer(target);
      if (peer != null
          && peer.state() == PeerState.ALIVE
          && peer.serves()
          && !deliveries.containsKey(target)) {
        deliver(target, peer, now);
      }
    }
    return this;
  }

  private void countIfDue() {
    if (!isCountDue) {
      return;
    }
    try {
      count(works.engine(), book);
      isCountDue = false;
    } catch (StorageException e) {
      getContext().getLog().warn("could not count the stored hints", e);
    }
  }

  private void deliver(NodeId target, PeerView peer, long now) {
    ConfigurationTable configurations = works.service().get().configurations();
    if (configurations == null) {
      return;
    }
    List<StoredHint> hints;
    try {
      hints = works.engine().hints(target, null, BATCH);
    } catch (StorageException e) {
      getContext().getLog().warn("could not read hints for node {}", target, e);
      book.recordFailed(target, now);
      return;
    }
    Delivery delivery = new Delivery();
    delivery.deadlineNanos = now + DELIVERY_TIMEOUT.toNanos();
    long sentBytes = 0;
    for (StoredHint hint : hints) {
      sentBytes += bytes(hint.key(), hint.entry());
      if (!delivery.unanswered.isEmpty() && sentBytes > MAX_BATCH_BYTES) {
        break;
      }
      Configuration configuration = configurations.configurationOf(hint.key());
      int round = ++lastRound;
      delivery.unanswered.put(round, hint);
      peer.replica()
          .tell(
              new Ask(
                  new ReplicaRequest.Write(
                      hint.key(), configuration.epoch(), hint.entry(), WriteOrigin.HINT),
                  peer.incarnation(),
                  round,
                  delivery.deadlineNanos,
                  getContext().getSelf().narrow()));
    }
    deliveries.put(target, delivery);
  }

  private Behavior<Command> onReplied(Replied replied) {
    Delivery delivery = deliveries.get(replied.node());
    StoredHint hint = delivery == null ? null : delivery.unanswered.remove(replied.round());
    if (delivery == null || hint == null) {
      return this;
    }
    if (replied.reply() instanceof ReplicaReply.Wrote) {
      works
          .replica()
          .tell(
              new Replica.DropHint(
                  hint.target(),
                  hint.key(),
                  hint.entry().version(),
                  getContext().getSelf().narrow()));
    } else if (!delivery.hasFailed) {
      delivery.hasFailed = true;
      book.recordFailed(replied.node(), System.nanoTime());
    }
    if (delivery.unanswered.isEmpty() && !delivery.hasFailed) {
      book.recordDelivered(replied.node());
      // The next batch is read once the replica dropped this one: at the next tick.
    }
    return this;
  }

  private Behavior<Command> onHintDropped() {
    isCountDue = true;
    return this;
  }
}
