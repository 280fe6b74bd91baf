package io.aitta.actor;

import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.quorum.Send;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Coordinates one request: asks the K replicas in parallel, aggregates their replies or times out,
 * answers exactly once, collects what comes after, and stops. Decides with a {@link Conversation},
 * which follows {@link io.aitta.quorum.PutCourse} or {@link io.aitta.quorum.GetCourse}.
 *
 * <p>The one deadline timer starts before the first send; the hints of a put have a time of their
 * own, behind the answer. If this actor crashes the request is answered all the same, as "may have
 * been applied" or "unavailable".
 */
final class ReplicationCoordinator extends AbstractBehavior<ReplicationCoordinator.Command> {

  sealed interface Command
      permits Replied, HintKept, HintsOverdue, DeadlineReached, HeadStartOver, TryAgain, AskAgain {}

  /** Whether a hint for a node was kept. */
  record HintKept(NodeId target, boolean isKept) implements Command {}

  private enum HintsOverdue implements Command {
    INSTANCE
  }

  private enum DeadlineReached implements Command {
    INSTANCE
  }

  private enum HeadStartOver implements Command {
    INSTANCE
  }

  private enum TryAgain implements Command {
    INSTANCE
  }

  private enum AskAgain implements Command {
    INSTANCE
  }

  /** How soon replicas are asked again whose configuration was changing. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(10);

  /** How soon a request that cannot be stamped yet is tried again. */
  private static final Duration TRY_AGAIN = Duration.ofMillis(10);

  /** How long hints are waited for, which are asked for at the deadline and so come after it. */
  private static final Duration HINT_PATIENCE = Duration.ofSeconds(2);

  private final NodeContext node;
  private final TimerScheduler<Command> timers;
  private final PeersSnapshot peers; // of the moment when the request began: its incarnations count
  private final Map<NodeId, PeerView> metSince = new HashMap<>(); // and those of these
  private final Conversation conversation;
  private final long beganNanos = System.nanoTime();
  private final long deadlineNanos;

  private ReplicationCoordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeContext node,
      Duration timeout,
      BiFunction<ReplicationCoordinator, PeersSnapshot, Conversation> conversation) {
    super(context);
    this.node = node;
    this.timers = timers;
    this.deadlineNanos = beganNanos + timeout.toNanos();
    this.peers = node.peers().get();
    this.conversation = conversation.apply(this, peers);
  }

  static Behavior<Command> create(PutRequest put, NodeContext node) {
    return create(
        node,
        put.timeout(),
        (coordinator, peers) -> new PutConversation(put, node, peers, coordinator));
  }

  static Behavior<Command> create(GetRequest get, NodeContext node) {
    return create(
        node,
        get.timeout(),
        (coordinator, peers) -> new GetConversation(get, node, peers, coordinator));
  }

  private static Behavior<Command> create(
      NodeContext node,
      Duration timeout,
      BiFunction<ReplicationCoordinator, PeersSnapshot, Conversation> conversation) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(DeadlineReached.INSTANCE, timeout);
                  ReplicationCoordinator coordinator =
                      new ReplicationCoordinator(context, timers, node, timeout, conversation);
                  return coordinator.begin();
                }));
  }

  private Behavior<Command> begin() {
    boolean isOver;
    try {
      isOver = conversation.begin();
    } catch (RuntimeException e) {
      onStopped(); // there is no behavior yet that could hear of the crash
      throw e;
    }
    return isOver ? Behaviors.stopped(node.limit()::giveBack) : this;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Replied.class, this::onReplied)
        .onMessage(HintKept.class, hint -> next(conversation.hintKept(hint)))
        .onMessage(HeadStartOver.class, notUsed -> next(conversation.headStartOver()))
        .onMessage(TryAgain.class, notUsed -> next(conversation.tryAgain()))
        .onMessage(HintsOverdue.class, notUsed -> next(conversation.hintsOverdue()))
        .onMessage(AskAgain.class, notUsed -> next(conversation.askAgain()))
        .onMessage(DeadlineReached.class, notUsed -> next(conversation.deadlineReached()))
        .onSignal(PostStop.class, notUsed -> onStopped())
        .build();
  }

  private Behavior<Command> onReplied(Replied replied) {
    long now = System.nanoTime();
    // After a pause of this process the deadline may be over although its timer comes later.
    if (now - deadlineNanos >= 0 && conversation.deadlineReached()) {
      return Behaviors.stopped();
    }
    return next(conversation.replied(replied, Duration.ofNanos(now - beganNanos)));
  }

  private Behavior<Command> next(boolean isOver) {
    return isOver ? Behaviors.stopped() : this;
  }

  private Behavior<Command> onStopped() {
    node.limit().giveBack();
    conversation.stopped();
    return this;
  }

  /** Sends requests to replicas, each under the incarnation that was known when this began. */
  void send(List<Send> sends) {
    for (Send send : sends) {
      PeerView peer = peer(send.node());
      if (peer == null) {
        getContext()
            .getSelf()
            .tell(
                new Replied(
                    send.node(),
                    send.round(),
                    ReplicaReply.Refused.of(RefusalReason.DEAD),
                    node.clock().read()));
        continue;
      }
      peer.replica()
          .tell(
              new Ask(
                  send.request(),
                  peer.incarnation(),
                  send.round(),
                  deadlineNanos,
                  getContext().getSelf().narrow()));
    }
  }

  /**
   * A peer as it was when the request began; one that a newer configuration names, as it was met.
   */
  private @Nullable PeerView peer(NodeId id) {
    PeerView peer = peers.peer(id);
    return peer != null
        ? peer
        : metSince.computeIfAbsent(id, unknown -> node.peers().get().peer(unknown));
  }

  /** Asks for a hint to be kept, and waits for it no longer than a while. */
  void keepHint(HintedHandoff.Keep hint) {
    timers.startSingleTimer(HintsOverdue.INSTANCE, HINT_PATIENCE);
    node.handoff().tell(hint);
  }

  /** Where the answers to hints go. */
  ActorRef<HintKept> hintReplies() {
    return getContext().getSelf().narrow();
  }

  /** Has the conversation try again soon, unless the deadline comes first. */
  void tryAgain() {
    timers.startSingleTimer(TryAgain.INSTANCE, TRY_AGAIN);
  }

  /** Has the conversation ask again soon, if it is not about to already. */
  void askAgain() {
    if (!timers.isTimerActive(AskAgain.INSTANCE)) {
      timers.startSingleTimer(AskAgain.INSTANCE, ASK_AGAIN);
    }
  }

  /** Gives the local replica its head start. */
  void startHeadStart() {
    timers.startSingleTimer(HeadStartOver.INSTANCE, node.settings().readHeadStart());
  }
}
