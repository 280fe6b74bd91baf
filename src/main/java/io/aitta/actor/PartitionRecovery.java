package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.PartitionMerge;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes partitions whole that lost records, one at a time: asks other members for their entries
 * page by page, and has the {@link Replica} merge them. Decides with {@link PartitionMerge}. Gives
 * pages of this node's own partitions to others. Runs on the storage dispatcher, since it reads
 * from the disk.
 *
 * <p>A page that does not come in time is asked for again, perhaps of another member. A crash of
 * this actor loses the progress of one partition, which begins anew.
 */
final class PartitionRecovery extends AbstractBehavior<PartitionRecovery.Command> {

  sealed interface Command permits Merged, Healed, PageAsked, PageArrived, Tick {}

  /** A page was merged, or could not be. */
  record Merged(PartitionId partition, boolean isMerged) implements Command {}

  /** A partition is whole, durably. */
  record Healed(PartitionId partition) implements Command {}

  private record PageAsked(CopyRequest request) implements Command {}

  private record PageArrived(CopyPage page) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** The partition that is being made whole. */
  private static final class Progress {
    private final PartitionId partition;
    private final PartitionMerge merge;
    private @Nullable NodeId source; // null between sources
    private @Nullable Key after;
    private @Nullable CopyPage merging; // the page that the replica has
    private long askedId;
    private long askedNanos;

    Progress(Configuration configuration, NodeId self) {
      partition = configuration.partition();
      merge = new PartitionMerge(configuration, self);
    }
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(500);
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_PAGE_ENTRIES = 1000;

  private final RecoveryWorks works;
  private @Nullable Progress progress; // null if nothing is being made whole
  private final Set<PartitionId> damaged = new HashSet<>(); // found here, until they are whole
  private long lastId;

  private PartitionRecovery(
      ActorContext<Command> context, TimerScheduler<Command> timers, RecoveryWorks works) {
    super(context);
    this.works = works;
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
        .onMessage(Healed.class, this::onHealed)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onPageAsked(PageAsked asked) {
    CopyRequest request = asked.request();
    String address = works.peers().get().address(request.from());
    if (request.to().equals(works.self()) && address != null) {
      works.transport().send(address, page(request));
    }
    return this;
  }

  private CopyPage page(CopyRequest request) {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (!service.isServing()
        || configurations == null
        || request.partition().value() >= configurations.partitions()) {
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
    Configuration configuration = configurations.configuration(request.partition());
    if (!configuration.hasReplica(works.self()) || !configuration.epoch().equals(request.epoch())) {
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
    try {
      ScanPage scanned = scan(request, request.after());
      boolean isWhole =
          !damaged.contains(request.partition())
              && !works.recovering().get().contains(request.partition());
      CopyPage.Status last = isWhole ? CopyPage.Status.LAST : CopyPage.Status.LAST_NOT_WHOLE;
      return page(request, scanned.isLast() ? last : CopyPage.Status.MORE, scanned.entries());
    } catch (StorageException e) {
      getContext().getLog().warn("could not read partition {}", request.partition(), e);
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
  }

  /**
   * A page with an entry, unless it is the last. What is corrupt in it is discarded, and this
   * node's partition is not whole from then on, whatever the replica has recorded of it yet.
   */
  private ScanPage scan(CopyRequest request, @Nullable Key after) throws StorageException {
    PartitionId partition = request.partition();
    int maxBytes = Math.max(1, Math.min(request.maxBytes(), works.pageBytes()));
    ScanPage scanned = works.engine().scan(partition, after, MAX_PAGE_ENTRIES, maxBytes);
    if (!scanned.corrupt().isEmpty()) {
      damaged.add(partition);
      works.replica().tell(new Replica.Discard(partition, scanned.corrupt()));
    }
    return scanned.isLast() || !scanned.entries().isEmpty()
        ? scanned
        : scan(request, scanned.corrupt().get(scanned.corrupt().size() - 1));
  }

  private CopyPage page(CopyRequest request, CopyPage.Status status, List<KeyedEntry> entries) {
    return new CopyPage(
        request.id(),
        works.self(),
        works.incarnation(),
        request.from(),
        request.partition(),
        status,
        entries);
  }

  private Behavior<Command> onTick() {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (!service.isServing() || configurations == null) {
      return this;
    }
    if (progress == null) {
      works.recovering().get().stream()
          .sorted()
          .findFirst()
          .ifPresent(
              partition ->
                  progress = new Progress(configurations.configuration(partition), works.self()));
    }
    if (progress != null) {
      drive(progress, configurations);
    }
    return this;
  }

  private void drive(Progress now, ConfigurationTable configurations) {
    if (now.merge.isComplete()) {
      works.replica().tell(new Replica.Heal(now.partition, getContext().getSelf().narrow()));
      return;
    }
    boolean isOverdue =
        System.nanoTime() - now.askedNanos > PAGE_TIMEOUT.toNanos() && now.merging == null;
    if (now.source != null && !isOverdue) {
      return;
    }
    if (now.source == null || !isAvailable(now.source)) {
      now.source = now.merge.nextSource(this::isAvailable);
      now.after = null;
    }
    if (now.source != null) {
      ask(now, now.source, configurations);
    }
  }

  private boolean isAvailable(NodeId node) {
    PeerView peer = works.peers().get().peer(node);
    return peer != null && peer.state() == PeerState.ALIVE && peer.serves();
  }

  private void ask(Progress now, NodeId source, ConfigurationTable configurations) {
    String address = works.peers().get().address(source);
    if (address == null) {
      return;
    }
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
                source,
                now.partition,
                configurations.configuration(now.partition).epoch(),
                now.after,
                works.pageBytes()));
  }

  private Behavior<Command> onPageArrived(PageArrived arrived) {
    CopyPage page = arrived.page();
    Progress now = progress;
    if (now == null
        || page.id() != now.askedId
        || now.merging != null
        || !page.from().equals(now.source)
        || !page.to().equals(works.self())) {
      return this;
    }
    boolean leadsNowhere = page.status() == CopyPage.Status.MORE && page.entries().isEmpty();
    if (page.status() == CopyPage.Status.REFUSED || leadsNowhere) {
      now.source = null;
      return this;
    }
    now.merging = page;
    works
        .replica()
        .tell(new Replica.Merge(now.partition, page.entries(), getContext().getSelf().narrow()));
    return this;
  }

  private Behavior<Command> onMerged(Merged merged) {
    Progress now = progress;
    if (now == null || now.merging == null || !merged.partition().equals(now.partition)) {
      return this;
    }
    CopyPage page = now.merging;
    now.merging = null;
    if (!merged.isMerged()) {
      now.source = null;
      return this;
    }
    if (page.status() == CopyPage.Status.MORE) {
      now.after = page.entries().get(page.entries().size() - 1).key();
      now.askedNanos = System.nanoTime() - PAGE_TIMEOUT.toNanos() - 1;
    } else {
      now.merge.recordMerged(page.from(), page.status() == CopyPage.Status.LAST);
      now.source = null;
    }
    return onTick();
  }

  private Behavior<Command> onHealed(Healed healed) {
    if (progress != null && progress.partition.equals(healed.partition())) {
      progress = null;
      damaged.remove(healed.partition());
      getContext().getLog().info("partition {} is whole again", healed.partition());
    }
    return onTick();
  }
}
