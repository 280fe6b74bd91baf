package io.aitta.actor;

import io.aitta.actor.Comparing.Phase;
import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyReport;
import io.aitta.model.ClusterEvent;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Digests;
import io.aitta.model.PartitionId;
import io.aitta.model.RepairStatus;
import io.aitta.model.TreeSummary;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.AntiEntropySchedule;
import io.aitta.repair.ByteBudget;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.ComparisonLimits;
import io.aitta.repair.PageToRead;
import io.aitta.repair.TreeComparison;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's replicas the same as the other members' without any read (Dynamo §4.7): reads
 * the pages of which the {@link Replica} builds trees of digests, compares one partition with one
 * other member at a time, moves what differs to the side that lacks it, and answers the questions
 * of others. When and with whom, {@link AntiEntropySchedule} decides; what differs, {@link
 * TreeComparison}. Runs on the storage dispatcher, since it reads from the disk.
 *
 * <p>Bytes are bounded on the side that begins, entries included; what a node reads from its disk
 * is bounded too. A crash of this actor loses the comparison under way, a repair on demand and when
 * replicas were compared: it begins anew.
 */
final class AntiEntropy extends AbstractBehavior<AntiEntropy.Command> {

  sealed interface Command
      permits Replied,
          PageNeeded,
          RebuildNoted,
          Answered,
          OwnTree,
          Repair,
          FromPeer,
          Proceed,
          Tick {}

  /**
   * The page that a tree needs next.
   *
   * @param page null if none does
   * @param unbuilt the partitions whose trees are to be built
   * @param records how many there are in each partition that has a tree
   */
  record PageNeeded(
      @Nullable PageToRead page, Set<PartitionId> unbuilt, Map<PartitionId, Long> records)
      implements Command {}

  /** It is known which trees are to be built anew. */
  enum RebuildNoted implements Command {
    INSTANCE
  }

  /** A question about a tree was answered. */
  record Answered(AntiEntropyMessage answer) implements Command {}

  /**
   * This side's tree.
   *
   * @param answer the other side's, to compare with
   * @param root null if there is no tree
   * @param children null if there are none, or none were asked for
   */
  record OwnTree(AntiEntropyMessage answer, @Nullable TreeSummary root, @Nullable Digests children)
      implements Command {}

  /**
   * Repairs replicas now, in place of an earlier repair.
   *
   * @param only the partition; null for all of which this node is a member
   * @param answer hears that it began
   */
  record Repair(@Nullable PartitionId only, CompletableFuture<RepairStatus> answer)
      implements Command {}

  private record FromPeer(AntiEntropyMessage message) implements Command {}

  private enum Proceed implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);
  private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);
  private static final int MAX_REPETITIONS = 3;

  /** How long a frame may take to arrive; what comes later shows as a difference. */
  private static final Duration SETTLE_TIME = Duration.ofMillis(250);

  private static final int MAX_DIFFERENCES = 10_000;

  private final TimerScheduler<Command> timers;
  private final AntiEntropyWorks works;
  private final ComparisonRules rules;
  private final ComparisonLimits limits;
  private final AntiEntropySchedule schedule;
  private final RepairDemand demand;
  private final ByteBudget budget;
  private final RecordPages pages;
  private final ComparisonAnswers answers;
  private final ReplicaReports replicas = new ReplicaReports();
  private @Nullable Comparing comparing; // the pair that the schedule has begun
  private boolean isPageWanted;
  private boolean isRepairing; // on demand, and it was not told yet that it is over
  private long readableFromNanos; // no page is read before, once that failed
  private long lastId;
  private int lastRound;
  private long comparisons;
  private long repaired;
  private long bytesSent; // by the comparisons that it begins
  private long bytesReceived;

  private AntiEntropy(
      ActorContext<Command> context, TimerScheduler<Command> timers, AntiEntropyWorks works) {
    super(context);
    context.setLoggerName(AntiEntropy.class);
    long now = System.nanoTime();
    this.timers = timers;
    this.works = works;
    this.rules = new ComparisonRules(works);
    this.limits = limits(works.messageBytes());
    this.readableFromNanos = now;
    this.schedule = new AntiEntropySchedule(works.self(), works.settings().schedule());
    this.demand = new RepairDemand(schedule);
    long bytesPerSecond = works.settings().maxBytesPerSecond();
    this.budget = new ByteBudget(bytesPerSecond, bytesPerSecond, now);
    this.pages = new RecordPages(works, context.getSystem().ignoreRef(), now);
    this.answers = new ComparisonAnswers(works, rules, limits, pages);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(AntiEntropyWorks works) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context -> Behaviors.withTimers(timers -> new AntiEntropy(context, timers, works))))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
  }

  /** The bounds of comparisons, with messages of at most this size or the least. */
  static ComparisonLimits limits(int messageBytes) {
    return new ComparisonLimits(
        Math.max(messageBytes, ComparisonLimits.MIN_MESSAGE_BYTES), MAX_DIFFERENCES);
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(AntiEntropyMessage.class, FromPeer::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromPeer.class, this::onFromPeer)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(OwnTree.class, this::onOwnTree)
        .onMessage(Replied.class, this::onReplied)
        .onMessage(PageNeeded.class, this::onPageNeeded)
        .onMessage(RebuildNoted.class, notUsed -> onRebuildNoted())
        .onMessage(Repair.class, this::onRepair)
        .onMessage(Proceed.class, notUsed -> onProceed())
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onTick() {
    long now = System.nanoTime();
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (service.isServing() && configurations != null) {
      schedule.follow(configurations, now);
      replicas.follow(configurations.replicasOf(works.self()));
      wantPage();
      recordTime(now);
      begin(now);
      proceed();
    }
    publish(now);
    return this;
  }

  private void publish(long now) {
    Long since = schedule.sinceAllCompared(now);
    RepairStatus repair = demand.status();
    works
        .progress()
        .set(
            new AntiEntropyProgress(
                new AntiEntropyReport(
                    since == null ? -1 : since / 1_000_000,
                    comparisons,
                    repaired,
                    bytesSent + answers.bytesSent(),
                    bytesReceived + answers.bytesReceived()),
                repair,
                replicas.reports(schedule, now, System.currentTimeMillis())));
    if (isRepairing && repair.complete()) {
      isRepairing = false;
      Events.tell(getContext().getSystem(), new ClusterEvent.RepairFinished(works.self(), repair));
    }
  }

  // --- trees ---

  private void wantPage() {
    long now = System.nanoTime();
    if (!isPageWanted && now - readableFromNanos >= 0 && pages.waitNanos(now) == 0) {
      isPageWanted = true;
      works.replica().tell(new TreeCommand.WantPage(getContext().getSelf().narrow()));
    }
  }

  private Behavior<Command> onPageNeeded(PageNeeded needed) {
    isPageWanted = false;
    replicas.recordCounted(needed.records());
    demand.recordUnbuilt(needed.unbuilt());
    PageToRead page = needed.page();
    if (page != null) {
      try {
        RecordPages.Page read = pages.read(page.partition(), page.after());
        works.replica().tell(new TreeCommand.AddPage(page, read.records(), read.through()));
        wantPage();
      } catch (StorageException e) {
        readableFromNanos = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
        getContext().getLog().warn("could not read partition {}", page.partition(), e);
      }
    }
    return this;
  }

  private Behavior<Command> onRepair(Repair repair) {
    ConfigurationTable configurations = works.service().get().configurations();
    Set<PartitionId> wanted = new HashSet<>();
    if (configurations != null) {
      schedule.follow(configurations, System.nanoTime());
      wanted.addAll(configurations.replicasOf(works.self()));
    }
    if (repair.only() != null) {
      wanted.retainAll(Set.of(repair.only()));
    }
    demand.begin(wanted);
    isRepairing = true;
    works
        .replica()
        .tell(new TreeCommand.Rebuild(Set.copyOf(wanted), getContext().getSelf().narrow()));
    RepairStatus status = demand.status();
    publish(System.nanoTime());
    repair.answer().completeAsync(() -> status, works.callbacks());
    return this;
  }

  private Behavior<Command> onRebuildNoted() {
    demand.recordNoted();
    return this;
  }

  // --- the side that answers ---

  private Behavior<Command> onFromPeer(FromPeer fromPeer) {
    AntiEntropyMessage message = fromPeer.message();
    if (!message.header().to().equals(works.self())) {
      return this;
    }
    if (ComparisonAnswers.isQuestion(message)) {
      answers.answer(message, getContext().getSelf().narrow(), getContext().getLog());
    } else {
      recordAnswer(message);
    }
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    AntiEntropyMessage answer = answered.answer();
    if (answer instanceof RootReply root) {
      ComparisonHeader header = root.header();
      schedule.recordComparedBy(
          new ComparedPair(header.partition(), header.to()), System.nanoTime());
    }
    answers.send(answer);
    return this;
  }

  // --- the side that begins ---

  private void begin(long now) {
    if (comparing != null) {
      return;
    }
    ComparedPair pair = schedule.begin(each -> rules.configuration(each) != null, now);
    if (pair == null) {
      return;
    }
    Configuration configuration = rules.configuration(pair);
    if (configuration == null) {
      schedule.recordFailed(0, 0, now);
      return;
    }
    ComparisonHeader header =
        new ComparisonHeader(
            ++lastId,
            0,
            works.self(),
            works.incarnation(),
            pair.other(),
            pair.partition(),
            configuration.epoch());
    comparing =
        new Comparing(
            pair,
            configuration.epoch(),
            new TreeComparison(header, limits),
            new Moves(
                works, pair, configuration.epoch(), lastRound, getContext().getSelf().narrow()));
  }

  private Behavior<Command> onProceed() {
    recordTime(System.nanoTime());
    proceed();
    return this;
  }

  private void recordTime(long now) {
    Comparing one = comparing;
    if (one == null) {
      return;
    }
    switch (one.phase()) {
      case READY, OWN_TREE -> {}
      case ASKED -> {
        if (one.isOver(now) && one.repeat() > MAX_REPETITIONS) {
          end(one, false);
        }
      }
      case SETTLING -> {
        if (one.isOver(now)) {
          one.comparison().recordSettled();
          one.become(Phase.READY);
        }
      }
      case MOVING -> {
        one.moves().recordTime(now);
        recordMoved(one);
      }
    }
  }

  private void recordMoved(Comparing one) {
    if (one.moves().areOver()) {
      account(one);
      one.become(Phase.READY);
    }
  }

  /** Does the next step, unless something is waited for. */
  private void proceed() {
    Comparing one = comparing;
    if (one == null || one.phase() != Phase.READY) {
      return;
    }
    Configuration configuration = rules.configuration(one.pair());
    if (configuration == null || !configuration.epoch().equals(one.epoch())) {
      end(one, false);
      return;
    }
    long now = System.nanoTime();
    long wait = Math.max(budget.waitNanos(now), pages.waitNanos(now));
    if (wait > 0) {
      timers.startSingleTimer(Proceed.INSTANCE, Duration.ofNanos(wait));
      return;
    }
    switch (one.comparison().step()) {
      case ASK -> ask(one, now);
      case SETTLE -> {
        one.becomeUntil(Phase.SETTLING, now + SETTLE_TIME.toNanos());
        timers.startSingleTimer(Proceed.INSTANCE, SETTLE_TIME);
      }
      case READ -> read(one);
      case TAKE -> {
        one.become(Phase.MOVING);
        one.moves().begin(one.comparison().take(Moves.BATCH), getContext().getLog());
        lastRound = one.moves().lastRound();
        recordMoved(one);
        proceedSoon();
      }
      case DONE -> end(one, one.moves().areComplete());
      case FAILED -> end(one, false);
    }
  }

  private void proceedSoon() {
    getContext().getSelf().tell(Proceed.INSTANCE);
  }

  private void ask(Comparing one, long now) {
    String address = works.peers().get().address(one.pair().other());
    one.becomeUntil(Phase.ASKED, now + ANSWER_TIMEOUT.toNanos());
    AntiEntropyMessage question = one.comparison().ask();
    account(one);
    if (address != null) {
      works.transport().send(address, question);
    }
  }

  private void read(Comparing one) {
    try {
      RecordPages.Page page = pages.read(one.pair().partition(), one.comparison().readAfter());
      one.comparison().recordRead(page.records(), page.through());
      proceedSoon();
    } catch (StorageException e) {
      getContext().getLog().warn("could not read partition {}", one.pair().partition(), e);
      end(one, false);
    }
  }

  private void recordAnswer(AntiEntropyMessage answer) {
    Comparing one = comparing;
    if (one == null || one.phase() != Phase.ASKED || !one.comparison().isAnswer(answer)) {
      return;
    }
    if (answer instanceof Refused refused) {
      one.comparison().recordRefused(refused);
      one.recordAnswered(Phase.READY);
    } else if (answer instanceof ListingReply listing) {
      one.comparison().recordListing(listing);
      one.recordAnswered(Phase.READY);
    } else {
      one.recordAnswered(Phase.OWN_TREE);
      works
          .replica()
          .tell(
              new TreeCommand.WantTree(
                  answer,
                  answer instanceof NodesReply ? one.comparison().parents() : null,
                  getContext().getSelf().narrow()));
    }
    account(one);
    proceed();
  }

  private Behavior<Command> onOwnTree(OwnTree own) {
    Comparing one = comparing;
    if (one == null || one.phase() != Phase.OWN_TREE || !one.comparison().isAnswer(own.answer())) {
      return this;
    }
    one.become(Phase.READY);
    if (own.answer() instanceof RootReply reply && own.root() != null) {
      one.comparison().recordRoot(reply, own.root());
    } else if (own.answer() instanceof NodesReply reply && own.children() != null) {
      one.comparison().recordNodes(reply, own.children());
    } else {
      end(one, false); // there is no such tree any more
      return this;
    }
    account(one);
    proceed();
    return this;
  }

  private Behavior<Command> onReplied(Replied replied) {
    Comparing one = comparing;
    if (one != null && one.phase() == Phase.MOVING) {
      one.moves().recordReplied(replied);
      lastRound = one.moves().lastRound();
      recordMoved(one);
      proceed();
    }
    return this;
  }

  private void account(Comparing one) {
    long sent = one.takeSent();
    long received = one.takeReceived();
    bytesSent += sent;
    bytesReceived += received;
    budget.use(sent + received, System.nanoTime());
  }

  private void end(Comparing one, boolean isComplete) {
    account(one);
    comparing = null;
    Moves moves = one.moves();
    TreeComparison comparison = one.comparison();
    long bytes = comparison.bytesSent() + comparison.bytesReceived();
    long now = System.nanoTime();
    if (isComplete) {
      schedule.recordCompared(comparison.foundInAll(), bytes, now);
      comparisons++;
    } else {
      schedule.recordFailed(comparison.foundInAll(), bytes, now);
    }
    long moved = moves.pushed() + moves.fetched();
    repaired += moved;
    if (moved > 0) {
      getContext()
          .getLog()
          .info(
              "partition {} was repaired with node {}{}: [{}] entries pushed, [{}] fetched",
              one.pair().partition(),
              one.pair().other(),
              isComplete ? "" : ", in part",
              moves.pushed(),
              moves.fetched());
    }
    begin(now);
    proceedSoon();
  }
}
