package io.aitta.actor;

import io.aitta.model.ClusterId;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.repair.LeftoverRemoval;
import io.aitta.replica.Handled;
import io.aitta.replica.LinkSequences;
import io.aitta.replica.Loss;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
 * This node's copies: owns the engine's writes. What is in the mailbox when it takes up work goes
 * into one write batch, and is answered when that batch is stored; what comes behind reads that
 * found many bytes waits for the next one. Runs on a dispatcher of its own, where it may block on
 * the disk.
 *
 * <p>A frame is dropped without an answer if it is a duplicate; refused if it is for another run,
 * another cluster, or comes before this node serves. A request whose remaining time is over is
 * refused as expired.
 *
 * <p>A crash of this actor stops the node's guardian, and with it the node: what was acknowledged
 * is in the engine.
 */
final class Replica extends AbstractBehavior<Replica.Command> {

  sealed interface Command
      permits Ask,
          FrameArrived,
          Flush,
          Tick,
          KeepHint,
          DropHint,
          SaveMetadata,
          Install,
          Merge,
          Discard,
          Heal,
          Load,
          Reap,
          RemoveLeftovers,
          TreeCommand {}

  /**
   * Keeps a hint, unless a newer one is there for the same node and key.
   *
   * @param replyTo hears whether it is stored, with what it replaced
   */
  record KeepHint(NodeId target, Key key, Entry entry, ActorRef<HintStored> replyTo)
      implements Command {}

  /**
   * What became of a {@link KeepHint}.
   *
   * @param isKept whether this hint or a newer one is stored
   * @param replaced the hint in whose place it is; null if there was none, or it was newer
   * @param isStored whether something was stored
   */
  record HintStored(
      NodeId target,
      Key key,
      Entry entry,
      boolean isKept,
      boolean isStored,
      @Nullable Entry replaced)
      implements HintedHandoff.Command {}

  /** Removes a hint of that version, if it is still there. */
  record DropHint(NodeId target, Key key, Version version, ActorRef<HintDropped> replyTo)
      implements Command {}

  /** A hint was removed. */
  record HintDropped(NodeId target, Key key, Entry entry) implements HintedHandoff.Command {}

  /**
   * Stores metadata durably.
   *
   * @param replyTo hears null on success, else why not
   */
  record SaveMetadata(Mutation.PutMetadata metadata, ActorRef<MetadataSaved> replyTo)
      implements Command {}

  /** What became of a {@link SaveMetadata}. */
  record MetadataSaved(Mutation.PutMetadata metadata, @Nullable StorageException failure)
      implements NodeGuardian.Command {}

  /**
   * Stores what this node knows of partitions' configurations, and judges requests by it from then
   * on. What was taken up before is carried out first.
   */
  record Install(List<PartitionState> states, ActorRef<Installed> replyTo) implements Command {}

  /** What became of an {@link Install}. */
  record Installed(@Nullable StorageException failure) {}

  /**
   * Merges entries of another member, unless the configuration is another one by now (protocol rule
   * 4).
   *
   * @param id comes back with what became of it
   * @param epoch by which they were asked for
   * @param partition whose entries they are
   * @param horizon that member's
   */
  record Merge(
      long id,
      Epoch epoch,
      PartitionId partition,
      Version horizon,
      List<KeyedEntry> entries,
      ActorRef<PartitionLoader.Command> replyTo)
      implements Command {}

  /** Removes records that were found corrupt; their partition must be made whole. */
  record Discard(PartitionId partition, List<Key> keys, ActorRef<PartitionLoader.Command> replyTo)
      implements Command {}

  /** Partitions were merged from enough other members, since those losses. */
  record Heal(Map<PartitionId, Loss> healed, ActorRef<PartitionLoader.Command> replyTo)
      implements Command {}

  /** Everything was merged of partitions, by those joint configurations. */
  record Load(Map<PartitionId, Epoch> loaded, ActorRef<PartitionLoader.Command> replyTo)
      implements Command {}

  /**
   * Says what this node holds of dead records, or drops them.
   *
   * @param question that asks, or has them dropped
   */
  record Reap(TombstoneMessage question, ActorRef<TombstoneReaper.Answered> replyTo)
      implements Command {}

  /**
   * Removes records of a partition of which this node is no replica, or that were set aside, if the
   * configuration is still the same.
   */
  record RemoveLeftovers(LeftoverRemoval removal) implements Command {}

  private record FrameArrived(RequestFrame frame) implements Command {}

  private enum Flush implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  /** A frame of which some requests are not answered yet. */
  private static final class Answering {
    private final RequestFrame frame;
    private final String address;
    private int unanswered;
    private List<ReplyFrame.Item> replies = new ArrayList<>(); // not sent yet

    Answering(RequestFrame frame, String address) {
      this.frame = frame;
      this.address = address;
      this.unanswered = frame.requests().size();
    }

    void add(RequestFrame.Item item, ReplicaReply reply) {
      unanswered--;
      replies.add(new ReplyFrame.Item(item.id(), reply));
    }

    boolean isComplete() {
      return unanswered == 0;
    }

    List<ReplyFrame.Item> take() {
      List<ReplyFrame.Item> taken = replies;
      replies = new ArrayList<>();
      return taken;
    }
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);

  /** At this many the batch is stored without looking for more. */
  private static final int MAX_BATCH = 1024;

  private final ReplicaWorks works;
  private final ReplicaState state;
  private final LinkSequences sequences = new LinkSequences();
  private final List<ReplicaRequest> requests = new ArrayList<>();
  private final List<Consumer<ReplicaReply>> answers = new ArrayList<>(); // one for each request
  private final List<Answering> frames = new ArrayList<>(); // not answered in full
  private final RepeatedFailures failures = new RepeatedFailures();
  private boolean isFlushDue;
  private long tickedNanos = System.nanoTime();

  private Replica(
      ActorContext<Command> context, TimerScheduler<Command> timers, ReplicaWorks works) {
    super(context);
    context.setLoggerName(Replica.class);
    this.works = works;
    this.state = works.state();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(ReplicaWorks works) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Replica(context, timers, works)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(RequestFrame.class, FrameArrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FrameArrived.class, this::onFrameArrived)
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Flush.class, notUsed -> onFlush())
        .onMessage(Tick.class, notUsed -> onTick())
        .onMessage(KeepHint.class, this::onKeepHint)
        .onMessage(DropHint.class, this::onDropHint)
        .onMessage(SaveMetadata.class, this::onSaveMetadata)
        .onMessage(Install.class, this::onInstall)
        .onMessage(Merge.class, this::onMerge)
        .onMessage(Discard.class, this::onDiscard)
        .onMessage(Heal.class, this::onHeal)
        .onMessage(Load.class, this::onLoad)
        .onMessage(Reap.class, this::onReap)
        .onMessage(RemoveLeftovers.class, this::onRemoveLeftovers)
        .onMessage(TreeCommand.class, this::onTreeCommand)
        .build();
  }

  private Behavior<Command> onFrameArrived(FrameArrived arrived) {
    RequestFrame frame = arrived.frame();
    String address = works.peers().get().address(frame.from());
    if (!frame.to().equals(works.self()) || address == null) {
      return this;
    }
    boolean isForThisRun = frame.toIncarnation().equals(works.incarnation());
    if (isForThisRun && !sequences.admit(frame.from(), frame.fromIncarnation(), frame.sequence())) {
      return this; // also if the first was refused: its refusal counts as "not applied"
    }
    Answering answering = new Answering(frame, address);
    RefusalReason refusal = refusal(frame);
    works.clock().observe(frame.time());
    long stalledMillis = stalledMillis();
    for (RequestFrame.Item item : frame.requests()) {
      if (refusal != null) {
        answering.add(item, ReplicaReply.Refused.of(refusal));
      } else if (item.remainingMillis() - stalledMillis <= 0) {
        answering.add(item, ReplicaReply.Refused.of(RefusalReason.EXPIRED));
      } else {
        requests.add(item.request());
        answers.add(reply -> answering.add(item, reply));
      }
    }
    frames.add(answering);
    return flushSoon();
  }

  private @Nullable RefusalReason refusal(RequestFrame frame) {
    ClusterId cluster = works.service().get().cluster();
    if (!frame.toIncarnation().equals(works.incarnation())) {
      return RefusalReason.WRONG_INCARNATION;
    }
    boolean isServed = frame.cluster().equals(cluster) && works.service().get().isServing();
    return isServed ? null : RefusalReason.NOT_READY;
  }

  /**
   * Sends the replies that there are in frames that stay within their size: a few reads may find
   * many bytes.
   */
  private void answer(Answering answering) {
    List<ReplyFrame.Item> replies = answering.take();
    if (replies.isEmpty() && !answering.isComplete()) {
      return;
    }
    int begin = 0;
    int bytes = 0;
    for (int i = 0; i < replies.size(); i++) {
      int size = WireSize.ofReply(replies.get(i).reply());
      if (i > begin && bytes + size > works.maxFrameBytes()) {
        send(answering, replies.subList(begin, i));
        begin = i;
        bytes = 0;
      }
      bytes += size;
    }
    send(answering, replies.subList(begin, replies.size()));
  }

  private void send(Answering answering, List<ReplyFrame.Item> replies) {
    RequestFrame frame = answering.frame;
    works
        .transport()
        .send(
            answering.address,
            new ReplyFrame(
                works.self(),
                works.incarnation(),
                frame.from(),
                frame.fromIncarnation(),
                frame.sequence(),
                works.clock().read(),
                replies));
  }

  private Behavior<Command> onAsk(Ask ask) {
    Consumer<ReplicaReply> answer =
        reply ->
            ask.replyTo().tell(new Replied(works.self(), ask.round(), reply, works.clock().read()));
    if (!ask.expected().equals(works.incarnation())) {
      answer.accept(ReplicaReply.Refused.of(RefusalReason.WRONG_INCARNATION));
    } else if (!works.service().get().isServing()) {
      answer.accept(ReplicaReply.Refused.of(RefusalReason.NOT_READY));
    } else if (ask.deadlineNanos() - System.nanoTime() <= 0) {
      answer.accept(ReplicaReply.Refused.of(RefusalReason.EXPIRED));
    } else {
      requests.add(ask.request());
      answers.add(answer);
    }
    return flushSoon();
  }

  /** Flushes behind what is already in the mailbox, so that it goes into the same batch. */
  private Behavior<Command> flushSoon() {
    while (requests.size() >= MAX_BATCH) {
      flush();
    }
    if (!isFlushDue && !(requests.isEmpty() && frames.isEmpty())) {
      isFlushDue = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
    return this;
  }

  private Behavior<Command> onFlush() {
    isFlushDue = false;
    flush();
    return flushSoon();
  }

  private void flush() {
    ConfigurationTable configurations = works.service().get().configurations();
    if (configurations == null) {
      answers.forEach(answer -> answer.accept(ReplicaReply.Refused.of(RefusalReason.NOT_READY)));
      requests.clear();
      answers.clear();
    } else if (!requests.isEmpty()) {
      Handled handled = state.handle(requests, context(configurations));
      int carriedOut = handled.replies().size();
      for (int i = 0; i < carriedOut; i++) {
        answers.get(i).accept(handled.replies().get(i));
      }
      requests.subList(0, carriedOut).clear();
      answers.subList(0, carriedOut).clear();
      StorageException failure = handled.failure();
      if (failure != null) {
        tell(failure);
      }
      if (!handled.lost().isEmpty()) {
        getContext()
            .getLog()
            .error("records of partitions {} failed their checksum", handled.lost());
        works.recovering().set(state.recovering());
      }
    }
    frames.forEach(this::answer);
    frames.removeIf(Answering::isComplete);
  }

  private void tell(StorageException failure) {
    long times = failures.record(System.nanoTime());
    if (times > 0) {
      getContext()
          .getLog()
          .error("storage failed; times since that was told: [{}]", times, failure);
    }
  }

  private ReplicaContext context(ConfigurationTable configurations) {
    return new ReplicaContext(
        works.self(),
        configurations,
        works.clock().now().millis(),
        works.clockBound().toMillis(),
        System.nanoTime());
  }

  /**
   * How long a frame may have waited in the mailbox: nothing, unless this actor was held up for
   * longer than its timer's interval, as after a pause of the process. May overstate until the next
   * tick.
   */
  private long stalledMillis() {
    long sinceTick = System.nanoTime() - tickedNanos;
    return sinceTick < 3 * TICK_INTERVAL.toNanos() ? 0 : sinceTick / 1_000_000;
  }

  private Behavior<Command> onTick() {
    tickedNanos = System.nanoTime();
    return this;
  }

  private Behavior<Command> onKeepHint(KeepHint keep) {
    boolean isKept = false;
    boolean isStored = false;
    Entry replaced = null;
    try {
      Entry before = works.engine().readHint(keep.target(), keep.key());
      isKept = true;
      if (before == null || keep.entry().version().isNewerThan(before.version())) {
        works
            .engine()
            .write(
                List.of(new Mutation.PutHint(keep.target(), keep.key(), keep.entry())),
                Durability.POLICY);
        isStored = true;
        replaced = before;
      }
    } catch (StorageException e) {
      isKept = false;
      tell(e);
    }
    keep.replyTo()
        .tell(new HintStored(keep.target(), keep.key(), keep.entry(), isKept, isStored, replaced));
    return this;
  }

  private Behavior<Command> onDropHint(DropHint drop) {
    try {
      Entry before = works.engine().readHint(drop.target(), drop.key());
      if (before != null && !before.version().isNewerThan(drop.version())) {
        works
            .engine()
            .write(List.of(new Mutation.RemoveHint(drop.target(), drop.key())), Durability.POLICY);
        drop.replyTo().tell(new HintDropped(drop.target(), drop.key(), before));
      }
    } catch (StorageException e) {
      tell(e);
    }
    return this;
  }

  private Behavior<Command> onSaveMetadata(SaveMetadata save) {
    StorageException failure = null;
    try {
      works.engine().write(List.of(save.metadata()), Durability.ALWAYS);
    } catch (StorageException e) {
      failure = e;
    }
    save.replyTo().tell(new MetadataSaved(save.metadata(), failure));
    return this;
  }

  private Behavior<Command> onInstall(Install install) {
    flush();
    StorageException failure = null;
    try {
      long aside = state.install(works.self(), install.states());
      if (aside > 0) {
        getContext()
            .getLog()
            .info("set aside [{}] records of partitions that are to be loaded anew", aside);
      }
      Published<ConfigurationTable> table = works.service().get().table();
      if (table != null) {
        ConfigurationTable next = table.get();
        for (PartitionState each : install.states()) {
          next = next.with(each);
        }
        table.set(next);
      }
    } catch (StorageException e) {
      failure = e;
    }
    install.replyTo().tell(new Installed(failure));
    return this;
  }

  private Behavior<Command> onMerge(Merge merge) {
    ConfigurationTable configurations = works.service().get().configurations();
    boolean isMerged = false;
    if (configurations != null && isAdopted(merge)) {
      List<ReplicaRequest> writes = new ArrayList<>();
      for (KeyedEntry entry : merge.entries()) {
        writes.add(
            new ReplicaRequest.Write(
                entry.key(), merge.epoch(), entry.entry(), WriteOrigin.TRANSFER));
      }
      Handled handled = state.handle(writes, context(configurations));
      isMerged = handled.replies().stream().allMatch(reply -> reply instanceof ReplicaReply.Wrote);
    }
    merge.replyTo().tell(new PartitionLoader.Merged(merge.id(), isMerged));
    return this;
  }

  private boolean isAdopted(Merge merge) {
    try {
      state.adoptHorizon(merge.partition(), merge.horizon());
      return true;
    } catch (StorageException e) {
      getContext().getLog().warn("could not store a horizon of {}", merge.partition(), e);
      return false;
    }
  }

  private Behavior<Command> onDiscard(Discard discard) {
    discard(discard.partition(), discard.keys());
    discard.replyTo().tell(new PartitionLoader.Discarded(discard.partition()));
    return this;
  }

  private void discard(PartitionId partition, List<Key> keys) {
    getContext()
        .getLog()
        .error("[{}] records of partition {} failed their checksum", keys.size(), partition);
    try {
      state.discardCorrupt(partition, keys, System.nanoTime(), works.clock().now().millis());
    } catch (StorageException e) {
      getContext().getLog().error("could not discard corrupt records", e);
    }
    works.recovering().set(state.recovering());
  }

  private Behavior<Command> onHeal(Heal heal) {
    try {
      state.becomeWhole(heal.healed());
      works.recovering().set(state.recovering());
      heal.replyTo().tell(PartitionLoader.Recorded.INSTANCE);
    } catch (StorageException e) {
      getContext().getLog().warn("could not record what is whole", e);
    }
    return this;
  }

  private Behavior<Command> onLoad(Load load) {
    try {
      state.becomeLoaded(load.loaded());
      works.loaded().set(state.loaded());
      load.replyTo().tell(PartitionLoader.Recorded.INSTANCE);
    } catch (StorageException e) {
      getContext().getLog().warn("could not record what is loaded", e);
    }
    return this;
  }

  private Behavior<Command> onReap(Reap reap) {
    PartitionId partition = reap.question().header().partition();
    reap.replyTo()
        .tell(
            new TombstoneReaper.Answered(
                works
                    .tombstones()
                    .answer(
                        reap.question(),
                        works.service().get().configurations(),
                        !state.recovering().containsKey(partition),
                        works.clock().now().millis(),
                        this::discard,
                        getContext().getLog())));
    return this;
  }

  private Behavior<Command> onRemoveLeftovers(RemoveLeftovers remove) {
    LeftoverRemoval removal = remove.removal();
    ConfigurationTable configurations = works.service().get().configurations();
    PartitionId partition = removal.configuration().partition();
    if (configurations != null
        && configurations.configuration(partition).equals(removal.configuration())) {
      try {
        state.removeLeftovers(removal.space(), removal.records(), removal.corrupt());
      } catch (StorageException e) {
        getContext().getLog().warn("could not remove what is left of {}", partition, e);
      }
    }
    return this;
  }

  private Behavior<Command> onTreeCommand(TreeCommand command) {
    works.trees().handle(command, works.service().get().configurations(), System.nanoTime());
    return this;
  }
}
