package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Explanation;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Answers one question: which replica holds which version of a key. Asks every member, waits for
 * all or the deadline, repairs nothing, and stops. Gives back the place of the {@link RequestLimit}
 * that was taken for it.
 */
final class Explainer extends AbstractBehavior<Explainer.Command> {

  sealed interface Command permits Replied, DeadlineReached {}

  private enum DeadlineReached implements Command {
    INSTANCE
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final NodeContext node;
  private final Configuration configuration;
  private final CompletableFuture<Explanation> answer;
  private final PeersSnapshot peers;
  private final Map<NodeId, ReplicaReply> replies = new HashMap<>();
  private final int asked;

  private Explainer(
      ActorContext<Command> context,
      NodeContext node,
      Key key,
      Configuration configuration,
      CompletableFuture<Explanation> answer) {
    super(context);
    this.node = node;
    this.configuration = configuration;
    this.answer = answer;
    this.peers = node.peers().get();
    int sent = 0;
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    for (NodeId member : configuration.replicas()) {
      PeerView peer = peers.peer(member);
      if (peer != null && peer.isAsked()) {
        peer.replica()
            .tell(
                new Ask(
                    new ReplicaRequest.Read(key, configuration.epoch()),
                    peer.incarnation(),
                    0,
                    deadlineNanos,
                    context.getSelf().narrow()));
        sent++;
      }
    }
    this.asked = sent;
  }

  static Behavior<Command> create(
      NodeContext node,
      Key key,
      Configuration configuration,
      CompletableFuture<Explanation> answer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(DeadlineReached.INSTANCE, TIMEOUT);
                  Explainer explainer = new Explainer(context, node, key, configuration, answer);
                  return explainer.asked == 0 ? Behaviors.stopped(explainer::onStopped) : explainer;
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Replied.class, this::onReplied)
        .onMessage(DeadlineReached.class, notUsed -> Behaviors.stopped())
        .onSignal(PostStop.class, notUsed -> onStopped())
        .build();
  }

  private Behavior<Command> onReplied(Replied replied) {
    replies.put(replied.node(), replied.reply());
    return replies.size() == asked ? Behaviors.stopped() : this;
  }

  private Behavior<Command> onStopped() {
    HybridTime now = node.clock().now();
    List<Explanation.ReplicaCopy> copies = new ArrayList<>();
    for (NodeId member : configuration.replicas()) {
      copies.add(copy(member, replies.get(member), now));
    }
    Explanation explanation =
        new Explanation(
            configuration.partition(), configuration.epoch(), configuration.members(), copies);
    answer.completeAsync(() -> explanation, node.callbacks());
    node.limit().giveBack();
    return this;
  }

  private Explanation.ReplicaCopy copy(
      NodeId member, @Nullable ReplicaReply reply, HybridTime now) {
    String zone = peers.zones().getOrDefault(member, "");
    if (!(reply instanceof ReplicaReply.Copy copy)) {
      return new Explanation.ReplicaCopy(
          member, zone, Explanation.State.UNREACHABLE, Version.NONE, 0, Entry.NEVER);
    }
    Entry entry = copy.entry();
    if (entry == null) {
      return new Explanation.ReplicaCopy(
          member, zone, Explanation.State.ABSENT, Version.NONE, 0, Entry.NEVER);
    }
    return new Explanation.ReplicaCopy(
        member,
        zone,
        entry.isVisibleAt(now) ? Explanation.State.VALUE : Explanation.State.TOMBSTONE,
        entry.version(),
        entry.value().size(),
        entry.expiresAtMillis());
  }
}
