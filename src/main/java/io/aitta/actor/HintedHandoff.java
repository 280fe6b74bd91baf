package io.aitta.actor;

import io.aitta.handoff.DeliveryPasses;
import io.aitta.handoff.DroppedHints;
import io.aitta.handoff.HintBook;
import io.aitta.handoff.HintLimits;
import io.aitta.handoff.HintReceivers;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Decides with {@link HintBook} and {@link DeliveryPasses}; hints are stored by the {@link
 * Replica}, which owns the engine's writes, and so outlive a restart of a durable node.
 *
 * <p>A hint is removed once its target holds that version or a newer one, or may have dropped the
 * tombstone of a newer one. If the target is no replica of the key any more, or is leaving, it goes
 * to all that are ({@link HintReceivers}), and is removed once all of them hold it. Delivery goes
 * in batches, one at a time for each target, over all its hints in turn, so that those nobody can
 * take now hold up no others; it backs off while somebody refuses, or nobody can take any. Runs on
 * the storage dispatcher, since it reads hints from the disk.
 *
 * <p>Hints that are gone are not subtracted but the rest counted anew, at the next tick: what was
 * stored or dropped around a crash could be subtracted twice, or from a count that lacks it. A disk
 * that fails may have stored or dropped one all the same.
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
    private final Map<Integer, Sent> unanswered = new HashMap<>(); // by round
    private long deadlineNanos;
    private long sentBytes;
    private boolean hasFailed;
  }

  /**
   * A hint on its way.
   *
   * @param awaited the replicas that have yet to say that they hold it
   */
  private record Sent(StoredHint hint, Set<NodeId> awaited) {}

  private record Waiting(Keep keep, long bytes) {}

  private static final Duration TICK_INTERVAL = Duration.ofMillis(200);
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(5);
  private static final int BATCH = 128;

  /** Bytes in one batch, so that hints leave room on the link for requests. */
  private static final long MAX_BATCH_BYTES = 1 << 20;

  private final HandoffWorks works;
  private final HintBook book;
  private final DeliveryPasses passes = new DeliveryPasses();
  private final Map<NodeId, Delivery> deliveries = new HashMap<>();
  private final Map<Waits, Waiting> waiting = new HashMap<>(); // until the replica stored them
  private final DroppedHints dropped = new DroppedHints();
  private int lastRound;
  private boolean isCountDue; // fewer hints may be stored than the book counts

  private record Waits(NodeId target, Key key, Version version) {}

  private HintedHandoff(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HandoffWorks works,
      HintBook book) {
    super(context);
    context.setLoggerName(HintedHandoff.class);
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
        || !reserve(keep.target(), bytes)) {
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

  private boolean reserve(NodeId target, long bytes) {
    boolean isReserved = book.reserve(target, bytes);
    if (!isReserved) {
      dropped.record(target);
    }
    return isReserved;
  }

  private boolean isReplica(NodeId node, Key key) {
    ConfigurationTable configurations = works.service().get().configurations();
    return configurations != null && configurations.configurationOf(key).hasReplica(node);
  }

  private Behavior<Command> onHintStored(Replica.HintStored stored) {
    Waiting kept =
        waiting.remove(new Waits(stored.target(), stored.key(), stored.entry().version()));
    if (stored.isStored() || !stored.isKept()) {
      // A count since it was stored has it already, one replaced is gone, and one of which the disk
      // said that it failed may be there or not: too many for a while.
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
    publishWaiting(now);
    dropped
        .take(now)
        .forEach(
            (target, hints) ->
                Events.tell(
                    getContext().getSystem(),
                    new ClusterEvent.HintsDropped(works.self(), target, hints)));
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
    ConfigurationTable configurations = works.service().get().configurations();
    if (configurations != null) {
      for (NodeId target : book.due(now)) {
        // A member that is away is waited for, also with what others hold in its place by now.
        boolean isDue = isTaking(target) || !configurations.members().contains(target);
        if (isDue && !deliveries.containsKey(target)) {
          deliver(target, configurations, now);
        }
      }
    }
    return this;
  }

  private boolean isTaking(NodeId node) {
    PeerView peer = works.peers().get().peer(node);
    return peer != null && peer.state() == PeerState.ALIVE && peer.serves();
  }

  private void publishWaiting(long now) {
    Map<NodeId, Long> before = works.waitingSince().get();
    Map<NodeId, Long> since = new HashMap<>();
    book.targets().forEach(target -> since.put(target, before.getOrDefault(target, now)));
    works.waitingSince().set(Map.copyOf(since));
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

  private void deliver(NodeId target, ConfigurationTable configurations, long now) {
    Key after = passes.after(target);
    List<StoredHint> hints;
    try {
      hints = works.engine().hints(target, after, BATCH);
    } catch (StorageException e) {
      getContext().getLog().warn("could not read hints for node {}", target, e);
      book.recordFailed(target, now);
      return;
    }
    Delivery delivery = new Delivery();
    delivery.deadlineNanos = now + DELIVERY_TIMEOUT.toNanos();
    int read = 0;
    for (StoredHint hint : hints) {
      long sentBytes = delivery.sentBytes + bytes(hint.key(), hint.entry());
      if (!delivery.unanswered.isEmpty() && sentBytes > MAX_BATCH_BYTES) {
        break;
      }
      send(hint, configurations.configurationOf(hint.key()), delivery);
      read++;
    }
    // Some are gone of which the disk said that it failed.
    isCountDue |= hints.isEmpty() && after == null;
    boolean hasSent = !delivery.unanswered.isEmpty();
    if (read == BATCH || read < hints.size()) {
      passes.recordRead(target, hints.get(read - 1).key(), hasSent);
    } else if (!passes.recordEnd(target, hasSent) && (after != null || read > 0)) {
      book.recordFailed(target, now); // nobody who holds any of the keys is there
    }
    deliveries.put(target, delivery);
  }

  private void send(StoredHint hint, Configuration configuration, Delivery delivery) {
    List<NodeId> owners = HintReceivers.of(hint.target(), configuration);
    if (!owners.stream().allMatch(this::isTaking)) {
      return;
    }
    int round = ++lastRound;
    delivery.sentBytes += bytes(hint.key(), hint.entry());
    delivery.unanswered.put(round, new Sent(hint, new HashSet<>(owners)));
    PeersSnapshot peers = works.peers().get();
    for (NodeId owner : owners) {
      PeerView peer = peers.peer(owner);
      if (peer != null) {
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
    }
  }

  private Behavior<Command> onReplied(Replied replied) {
    deliveries.forEach(
        (target, delivery) -> {
          Sent sent = delivery.unanswered.get(replied.round());
          if (sent != null && sent.awaited().remove(replied.node())) {
            onReplied(replied, target, delivery, sent);
          }
        });
    return this;
  }

  private void onReplied(Replied replied, NodeId target, Delivery delivery, Sent sent) {
    StoredHint hint = sent.hint();
    if (!isSettled(replied.reply())) {
      delivery.unanswered.remove(replied.round());
      if (!delivery.hasFailed) {
        delivery.hasFailed = true;
        book.recordFailed(target, System.nanoTime());
      }
    } else if (sent.awaited().isEmpty()) {
      delivery.unanswered.remove(replied.round());
      works
          .replica()
          .tell(
              new Replica.DropHint(
                  hint.target(),
                  hint.key(),
                  hint.entry().version(),
                  getContext().getSelf().narrow()));
    }
    if (delivery.unanswered.isEmpty() && !delivery.hasFailed) {
      book.recordDelivered(target);
      // The next batch is read once the replica dropped this one: at the next tick.
    }
  }

  /**
   * Whether a replica needs the hint no more. One whose entry may have been deleted since is not
   * delivered: if it is alive a replica holds it, and comparing replicas brings it to the others
   * (protocol rule 8).
   */
  private static boolean isSettled(ReplicaReply reply) {
    return reply instanceof ReplicaReply.Wrote
        || (reply instanceof ReplicaReply.Refused refused
            && refused.reason() == RefusalReason.IN_QUESTION);
  }

  private Behavior<Command> onHintDropped() {
    isCountDue = true;
    return this;
  }
}
