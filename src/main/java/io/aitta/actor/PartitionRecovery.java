package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.PartitionMerge;
import io.aitta.replica.Loss;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes partitions whole that lost records: asks other members for their entries page by page, one
 * partition at a time, and has the {@link Replica} merge them. Decides with {@link PartitionMerge}.
 * Gives {@link CopyPages} of this node's own partitions to others. Runs on the storage dispatcher,
 * since it reads from the disk.
 *
 * <p>A source that refuses, or whose page does not come in time, is left for another one, and its
 * partition for another one that can be helped. A partition that loses records again begins anew. A
 * crash of this actor loses the progress of all, which begin anew.
 */
final class PartitionRecovery extends AbstractBehavior<PartitionRecovery.Command> {

  sealed interface Command permits Merged, Discarded, Healed, PageAsked, PageArrived, Tick {}

  /** A page was merged, or could not be. */
  record Merged(long id, boolean isMerged) implements Command {}

  /** A loss was recorded that {@link CopyPages} found. */
  record Discarded(PartitionId partition) implements Command {}

  /** What was merged from enough others is whole, durably, unless it lost records again. */
  enum Healed implements Command {
    INSTANCE
  }

  private record PageAsked(CopyRequest request) implements Command {}

  private record PageArrived(CopyPage page) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** How far a partition is with being made whole. */
  private static final class Progress {
    private final PartitionId partition;
    private final Loss loss;
    private final PartitionMerge merge;
    private @Nullable NodeId failed; // the last source that did not answer as it should

    Progress(PartitionId partition, Loss loss, PartitionMerge merge) {
      this.partition = partition;
      this.loss = loss;
      this.merge = merge;
    }

    /** A source, but rather not the one that failed. */
    @Nullable NodeId nextSource(Predicate<NodeId> isAvailable, long nowNanos) {
      NodeId another =
          merge.nextSource(node -> isAvailable.test(node) && !node.equals(failed), nowNanos);
      return another == null ? merge.nextSource(isAvailable, nowNanos) : another;
    }
  }

  /** What is being copied now. */
  private static final class Copying {
    private final Progress progress;
    private final NodeId source;
    private @Nullable Key after;
    private @Nullable CopyPage merging; // the page that the replica has
    private long askedId;
    private long askedNanos;

    Copying(Progress progress, NodeId source) {
      this.progress = progress;
      this.source = source;
    }
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(500);
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);

  private final RecoveryWorks works;
  private final CopyPages pages;
  private final TreeMap<PartitionId, Progress> progresses = new TreeMap<>();
  private @Nullable Copying copying; // of one of progresses
  private PartitionId lastCopied = new PartitionId(0);
  private long lastId;

  private PartitionRecovery(
      ActorContext<Command> context, TimerScheduler<Command> timers, RecoveryWorks works) {
    super(context);
    this.works = works;
    this.pages = new CopyPages(works);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(RecoveryWorks works) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new PartitionRecovery(context, timers, works)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages
        .match(CopyRequest.class, PageAsked::new)
        .match(CopyPage.class, PageArrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(PageAsked.class, this::onPageAsked)
        .onMessage(PageArrived.class, this::onPageArrived)
        .onMessage(Merged.class, this::onMerged)
        .onMessage(Discarded.class, this::onDiscarded)
        .onMessage(Healed.class, notUsed -> onTick())
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onPageAsked(PageAsked asked) {
    CopyRequest request = asked.request();
    String address = works.peers().get().address(request.from());
    if (request.to().equals(works.self()) && address != null) {
      works
          .transport()
          .send(
              address, pages.page(request, getContext().getSelf().narrow(), getContext().getLog()));
    }
    return this;
  }

  private Behavior<Command> onDiscarded(Discarded discarded) {
    pages.recordDiscarded(discarded.partition());
    return this;
  }

  private Behavior<Command> onTick() {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (service.isServing() && configurations != null) {
      followLosses(configurations);
      healComplete();
      proceed(configurations);
    }
    return this;
  }

  /** Begins with every loss that is new, and forgets what is whole. */
  private void followLosses(ConfigurationTable configurations) {
    Map<PartitionId, Loss> losses = works.recovering().get();
    progresses
        .values()
        .removeIf(
            progress -> {
              boolean isOver = !progress.loss.equals(losses.get(progress.partition));
              if (isOver && copying != null && copying.progress == progress) {
                copying = null;
              }
              if (!losses.containsKey(progress.partition)) {
                getContext().getLog().info("partition {} is whole again", progress.partition);
              }
              return isOver;
            });
    losses.forEach(
        (partition, loss) ->
            progresses.computeIfAbsent(
                partition, absent -> begin(configurations.configuration(partition), loss)));
  }

  private Progress begin(Configuration configuration, Loss loss) {
    return new Progress(
        configuration.partition(),
        loss,
        new PartitionMerge(
            configuration, works.self(), loss.foundNanos() + works.longestRequest().toNanos()));
  }

  private void healComplete() {
    Map<PartitionId, Loss> complete = new HashMap<>();
    for (Progress progress : progresses.values()) {
      if (progress.merge.isComplete()) {
        complete.put(progress.partition, progress.loss);
      }
    }
    if (!complete.isEmpty()) {
      works.replica().tell(new Replica.Heal(complete, getContext().getSelf().narrow()));
    }
  }

  private void proceed(ConfigurationTable configurations) {
    long now = System.nanoTime();
    if (copying != null && copying.askedId != 0) {
      if (copying.merging != null || now - copying.askedNanos <= PAGE_TIMEOUT.toNanos()) {
        return;
      }
      leaveSource(copying);
    }
    if (copying == null) {
      copying = next(now);
    }
    if (copying != null) {
      ask(copying, configurations);
    }
  }

  private void leaveSource(Copying failed) {
    failed.progress.failed = failed.source;
    copying = null;
  }

  /** The next partition that can be helped, each in its turn. */
  private @Nullable Copying next(long nowNanos) {
    return Stream.concat(
            progresses.tailMap(lastCopied, false).values().stream(),
            progresses.headMap(lastCopied, true).values().stream())
        .filter(progress -> !progress.merge.isComplete())
        .flatMap(
            progress ->
                Stream.ofNullable(progress.nextSource(this::isAvailable, nowNanos))
                    .map(source -> new Copying(progress, source)))
        .findFirst()
        .orElse(null);
  }

  private boolean isAvailable(NodeId node) {
    PeerView peer = works.peers().get().peer(node);
    return peer != null && peer.state() == PeerState.ALIVE && peer.serves();
  }

  private void ask(Copying now, ConfigurationTable configurations) {
    PartitionId partition = now.progress.partition;
    String address = works.peers().get().address(now.source);
    if (address == null) {
      leaveSource(now);
      return;
    }
    lastCopied = partition;
    now.askedId = ++lastId;
    now.askedNanos = System.nanoTime();
    works
        .transport()
        .send(
            address,
            new CopyRequest(
                now.askedId,
                works.self(),
                works.incarnation(),
                now.source,
                partition,
                configurations.configuration(partition).epoch(),
                now.after,
                works.pageBytes()));
  }

  private Behavior<Command> onPageArrived(PageArrived arrived) {
    CopyPage page = arrived.page();
    Copying now = copying;
    if (now == null
        || page.id() != now.askedId
        || now.merging != null
        || !page.from().equals(now.source)
        || !page.to().equals(works.self())) {
      return this;
    }
    boolean leadsNowhere = page.status() == CopyPage.Status.MORE && page.entries().isEmpty();
    if (page.status() == CopyPage.Status.REFUSED || leadsNowhere) {
      leaveSource(now);
      return this;
    }
    now.merging = page;
    works
        .replica()
        .tell(new Replica.Merge(page.id(), page.entries(), getContext().getSelf().narrow()));
    return this;
  }

  private Behavior<Command> onMerged(Merged merged) {
    Copying now = copying;
    if (now == null || now.merging == null || merged.id() != now.askedId) {
      return this;
    }
    CopyPage page = now.merging;
    now.merging = null;
    now.askedId = 0;
    if (!merged.isMerged()) {
      leaveSource(now);
      return this;
    }
    if (page.status() == CopyPage.Status.MORE) {
      now.after = page.entries().get(page.entries().size() - 1).key();
    } else {
      now.progress.merge.recordMerged(page.from(), page.status() == CopyPage.Status.LAST);
      copying = null;
    }
    return onTick();
  }
}
