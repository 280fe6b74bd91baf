package io.aitta.actor;

import io.aitta.model.ClusterEvent.TransferFailure;
import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.TransferPurpose;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.PartitionMerge;
import io.aitta.replica.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes over entries from other members, for partitions that lost records and for those that a
 * joint configuration has this node load: asks for them page by page, one partition at a time, and
 * has the {@link Replica} merge them. Decides with {@link PartitionMerge}. Gives {@link CopyPages}
 * of this node's own partitions to others. Runs on the storage dispatcher, since it reads from the
 * disk.
 *
 * <p>A source that refuses, or whose page does not come in time, is left for another one, and its
 * partition for another one that can be helped; who comes back to it goes on behind its last page.
 * A partition that loses records again, or whose configuration changes, begins anew; one that lost
 * records is made whole before it is loaded. A crash of this actor loses the progress of all, which
 * begin anew.
 */
final class PartitionLoader extends AbstractBehavior<PartitionLoader.Command> {

  sealed interface Command permits Merged, Discarded, Recorded, PageAsked, PageArrived, Tick {}

  /** A page was merged, or could not be. */
  record Merged(long id, boolean isMerged) implements Command {}

  /** A loss was recorded that {@link CopyPages} found. */
  record Discarded(PartitionId partition) implements Command {}

  /** What was merged from enough others is whole, or loaded, durably. */
  enum Recorded implements Command {
    INSTANCE
  }

  private record PageAsked(CopyRequest request) implements Command {}

  private record PageArrived(CopyPage page) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /**
   * Why a partition is taken over.
   *
   * @param loss what is to be mended; null if the partition is to be loaded
   */
  private record Reason(Configuration configuration, @Nullable Loss loss) {}

  /** How far a partition is. */
  private static final class Progress {
    private final Reason reason;
    private final PartitionMerge merge;
    private final Map<NodeId, Key> reached = new HashMap<>(); // the last key of each source
    private @Nullable NodeId failed; // the last source that did not answer as it should
    private boolean isSaidToWait; // for this node's time

    Progress(Reason reason, PartitionMerge merge) {
      this.reason = reason;
      this.merge = merge;
    }

    PartitionId partition() {
      return reason.configuration().partition();
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
    private @Nullable CopyPage merging; // the page that the replica has
    private long askedId;
    private long askedNanos;

    Copying(Progress progress, NodeId source) {
      this.progress = progress;
      this.source = source;
    }
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);

  private final TimerScheduler<Command> timers;
  private final LoaderWorks works;
  private final CopyPages pages;
  private final TreeMap<PartitionId, Progress> progresses = new TreeMap<>();
  private @Nullable Copying copying; // of one of progresses
  private PartitionId lastCopied = new PartitionId(0);
  private final TransferMeter meter;
  private final TransferBook book;
  private long lastId = ThreadLocalRandom.current().nextLong() >>> 1; // of no other run
  private long nextAskNanos; // not before, so as to stay within the rate

  private PartitionLoader(
      ActorContext<Command> context, TimerScheduler<Command> timers, LoaderWorks works) {
    super(context);
    context.setLoggerName(PartitionLoader.class);
    this.works = works;
    this.timers = timers;
    this.pages = new CopyPages(works);
    this.nextAskNanos = System.nanoTime();
    this.meter = new TransferMeter(nextAskNanos);
    this.book = new TransferBook(works.self(), event -> Events.tell(context.getSystem(), event));
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(LoaderWorks works) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new PartitionLoader(context, timers, works)));
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
        .onMessage(Recorded.class, notUsed -> onTick())
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
      follow(reasons(configurations), configurations);
      recordComplete();
      proceed();
    }
    return this;
  }

  private Map<PartitionId, Reason> reasons(ConfigurationTable configurations) {
    Map<PartitionId, Loss> losses = works.recovering().get();
    Map<PartitionId, Epoch> loaded = works.loaded().get();
    Map<PartitionId, Reason> reasons = new HashMap<>();
    for (Configuration configuration : configurations.all()) {
      PartitionId partition = configuration.partition();
      Loss loss = losses.get(partition);
      boolean isToLoad =
          isLoadedBy(configuration)
              && configurations.isServed(partition)
              && !configuration.epoch().equals(loaded.get(partition));
      if (loss != null || isToLoad) {
        reasons.put(partition, new Reason(configuration, loss));
      }
    }
    return reasons;
  }

  private boolean isLoadedBy(Configuration configuration) {
    return configuration.isRecovery()
        ? configuration.hasReplica(works.self())
        : configuration.successors().contains(works.self());
  }

  /** Begins with every reason that is new, and forgets those that are over. */
  private void follow(Map<PartitionId, Reason> reasons, ConfigurationTable configurations) {
    progresses
        .values()
        .removeIf(
            progress -> {
              boolean isOver = !progress.reason.equals(reasons.get(progress.partition()));
              boolean isComplete = isOver && progress.merge.isComplete(works.clock().read());
              if (isOver && copying != null && copying.progress == progress) {
                copying = null;
              }
              if (isOver) {
                book.end(progress.partition(), isComplete, System.nanoTime());
              }
              if (isComplete) {
                logOver(progress, configurations);
              }
              return isOver;
            });
    reasons.forEach(
        (partition, reason) ->
            progresses.computeIfAbsent(partition, absent -> new Progress(reason, begin(reason))));
    publish();
  }

  private void publish() {
    long now = System.nanoTime();
    works
        .progress()
        .set(meter.progress(progresses.size(), now).with(book.reports(this::sourcesNeeded, now)));
  }

  private int sourcesNeeded(PartitionId partition) {
    Progress progress = progresses.get(partition);
    return progress == null ? 0 : progress.merge.sourcesNeeded();
  }

  private void logOver(Progress progress, ConfigurationTable configurations) {
    getContext()
        .getLog()
        .info(
            "partition {} is {}, by epoch {}",
            progress.partition(),
            progress.reason.loss() == null ? "loaded" : "whole again",
            configurations.configuration(progress.partition()).epoch());
  }

  private PartitionMerge begin(Reason reason) {
    Loss loss = reason.loss();
    book.begin(
        reason.configuration().partition(),
        reason.configuration().epoch(),
        loss == null ? TransferPurpose.LOAD : TransferPurpose.MEND,
        System.nanoTime());
    return loss == null
        ? PartitionMerge.loading(reason.configuration(), works.self(), System.nanoTime())
        : PartitionMerge.recovering(
            reason.configuration(),
            works.self(),
            loss.foundNanos() + works.longestRequest().toNanos());
  }

  private void recordComplete() {
    Map<PartitionId, Loss> healed = new HashMap<>();
    Map<PartitionId, Epoch> loaded = new HashMap<>();
    HybridTime now = works.clock().read();
    for (Progress progress : progresses.values()) {
      sayWhetherItWaits(progress, now);
      if (!progress.merge.isComplete(now)) {
        continue;
      }
      if (progress.reason.loss() == null) {
        loaded.put(progress.partition(), progress.reason.configuration().epoch());
      } else {
        healed.put(progress.partition(), progress.reason.loss());
      }
    }
    ActorRef<Command> self = getContext().getSelf();
    if (!healed.isEmpty()) {
      works.replica().tell(new Replica.Heal(healed, self));
    }
    if (!loaded.isEmpty()) {
      works.replica().tell(new Replica.Load(loaded, self));
    }
  }

  private void sayWhetherItWaits(Progress progress, HybridTime now) {
    HybridTime awaited = progress.merge.awaits(now);
    // Within the bound it is over in a moment, and nobody needs to know.
    if (awaited != null && !progress.isSaidToWait && works.clock().isBeyondBound(awaited)) {
      progress.isSaidToWait = true;
      getContext()
          .getLog()
          .warn(
              "partition {} is copied, and counts as loaded only once this node's time has reached"
                  + " [{}], since the clock of a source is further ahead than the bound",
              progress.partition(),
              Instant.ofEpochMilli(awaited.millis()));
    }
  }

  private void proceed() {
    long now = System.nanoTime();
    if (copying != null && copying.askedId != 0) {
      if (copying.merging != null || now - copying.askedNanos <= PAGE_TIMEOUT.toNanos()) {
        return;
      }
      leaveSource(copying, TransferFailure.SILENT);
    }
    if (now - nextAskNanos < 0) {
      timers.startSingleTimer("pace", Tick.INSTANCE, Duration.ofNanos(nextAskNanos - now));
      return;
    }
    if (copying == null) {
      copying = next(now);
    }
    if (copying != null) {
      ask(copying);
    }
  }

  private void leaveSource(Copying failed, TransferFailure failure) {
    book.recordFailed(failed.progress.partition(), failed.source, failure);
    failed.progress.failed = failed.source;
    copying = null;
  }

  /** The next partition that can be helped, each in its turn. */
  private @Nullable Copying next(long nowNanos) {
    HybridTime time = works.clock().read();
    return Stream.concat(
            progresses.tailMap(lastCopied, false).values().stream(),
            progresses.headMap(lastCopied, true).values().stream())
        .filter(progress -> !progress.merge.isComplete(time))
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

  private void ask(Copying now) {
    String address = works.peers().get().address(now.source);
    if (address == null) {
      leaveSource(now, TransferFailure.SILENT);
      return;
    }
    lastCopied = now.progress.partition();
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
                now.progress.partition(),
                now.progress.reason.configuration().epoch(),
                now.progress.reached.get(now.source),
                works.pageBytes()));
  }

  private Behavior<Command> onPageArrived(PageArrived arrived) {
    CopyPage page = arrived.page();
    Copying now = copying;
    if (now == null
        || page.id() != now.askedId
        || now.merging != null
        || !page.from().equals(now.source)
        || !page.partition().equals(now.progress.partition())
        || !page.to().equals(works.self())) {
      return this;
    }
    boolean leadsNowhere = page.status() == CopyPage.Status.MORE && page.entries().isEmpty();
    if (page.status() == CopyPage.Status.REFUSED || leadsNowhere) {
      leaveSource(now, TransferFailure.REFUSED);
      return this;
    }
    works.clock().observe(page.time());
    now.merging = page;
    works
        .replica()
        .tell(
            new Replica.Merge(
                page.id(),
                now.progress.reason.configuration().epoch(),
                now.progress.partition(),
                page.horizon(),
                page.entries(),
                getContext().getSelf()));
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
      leaveSource(now, TransferFailure.NOT_STORED);
      return this;
    }
    account(now.progress, page);
    if (page.status() == CopyPage.Status.MORE) {
      now.progress.reached.put(now.source, page.entries().get(page.entries().size() - 1).key());
    } else {
      now.progress.merge.recordMerged(
          page.from(), page.status() == CopyPage.Status.LAST, works.clock().awaited(page.time()));
      copying = null;
    }
    return onTick();
  }

  private void account(Progress progress, CopyPage page) {
    long bytes = 0;
    for (KeyedEntry entry : page.entries()) {
      bytes += entry.key().encodedSize() + entry.entry().value().size();
    }
    long now = System.nanoTime();
    meter.record(page.entries().size(), bytes, now);
    boolean isLast = page.status() != CopyPage.Status.MORE;
    book.recordTaken(progress.partition(), page.from(), page.entries().size(), bytes, isLast, now);
    long pauseNanos = Math.round(bytes * 1e9 / works.maxBytesPerSecond());
    nextAskNanos = Math.max(now, nextAskNanos) + pauseNanos;
  }
}
