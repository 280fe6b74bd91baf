package io.aitta.actor;

import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.model.WireMessage;
import io.aitta.partition.Bootstrap;
import io.aitta.partition.BootstrapStep;
import io.aitta.partition.FounderCandidate;
import io.aitta.partition.FoundingState;
import io.aitta.replica.NodeMetadata;
import io.aitta.storage.Mutation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
 * Founds the cluster with the other first nodes. Decides with {@link Bootstrap}; makes every change
 * of its state durable before it sends what follows from it, one message at a time. While a change
 * is being stored, messages wait in a bounded queue; what does not fit is lost, and repeated by its
 * sender.
 */
final class ClusterFounder extends AbstractBehavior<ClusterFounder.Command> {

  sealed interface Command permits Arrived, Saved, Tick {}

  private record Arrived(FoundingMessage message) implements Command {}

  private record Saved(Replica.MetadataSaved outcome) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);
  private static final int MAX_WAITING = 1000;

  private final NodeContext node;
  private final Transport transport;
  private final ActorRef<Replica.Command> replica;
  private final ActorRef<NodeGuardian.Command> guardian;
  private final ActorRef<Replica.MetadataSaved> saved;
  private final Bootstrap bootstrap;
  private final ArrayDeque<FoundingMessage> waiting = new ArrayDeque<>();
  private FoundingState durable;
  private @Nullable BootstrapStep unsent; // until its state is durable
  private boolean isSaving; // only while there is one
  private String told = "";

  private ClusterFounder(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeContext node,
      Transport transport,
      ActorRef<Replica.Command> replica,
      ActorRef<NodeGuardian.Command> guardian,
      Bootstrap bootstrap) {
    super(context);
    context.setLoggerName(ClusterFounder.class);
    this.node = node;
    this.transport = transport;
    this.replica = replica;
    this.guardian = guardian;
    this.bootstrap = bootstrap;
    this.durable = bootstrap.state();
    this.saved = context.messageAdapter(Replica.MetadataSaved.class, Saved::new);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
    tell();
  }

  static Behavior<Command> create(
      NodeContext node,
      Transport transport,
      ActorRef<Replica.Command> replica,
      ActorRef<NodeGuardian.Command> guardian,
      Bootstrap bootstrap) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new ClusterFounder(
                        context, timers, node, transport, replica, guardian, bootstrap)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(FoundingMessage.class, Arrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onArrived(Arrived arrived) {
    if (waiting.size() < MAX_WAITING) {
      waiting.addLast(arrived.message());
    }
    return workOff();
  }

  private Behavior<Command> onTick() {
    PeersSnapshot peers = node.peers().get();
    if (unsent != null && !isSaving) {
      save(unsent);
    } else if (unsent == null && peers.isComplete()) {
      perform(bootstrap.tick(nowMillis(), candidates(peers), peers.unheard().keySet()));
    }
    return workOff();
  }

  private Behavior<Command> workOff() {
    while (unsent == null && !waiting.isEmpty()) {
      perform(bootstrap.received(waiting.removeFirst(), nowMillis()));
    }
    return this;
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private List<FounderCandidate> candidates(PeersSnapshot peers) {
    List<FounderCandidate> candidates = new ArrayList<>();
    peers
        .peers()
        .forEach(
            (id, peer) -> {
              if (!id.equals(node.self())) {
                candidates.add(
                    new FounderCandidate(
                        peer.description(),
                        peer.cluster(),
                        peer.shape(),
                        peer.state() == PeerState.ALIVE));
              }
            });
    return candidates;
  }

  private void perform(BootstrapStep step) {
    if (step.state().equals(durable)) {
      send(step);
      tell();
      return;
    }
    unsent = step;
    save(step);
  }

  private void save(BootstrapStep step) {
    isSaving = true;
    replica.tell(
        new Replica.SaveMetadata(
            new Mutation.PutMetadata(
                NodeMetadata.FOUNDING, NodeMetadata.encodeFounding(step.state())),
            saved));
  }

  private Behavior<Command> onSaved(Saved outcome) {
    BootstrapStep step = unsent;
    if (step == null) {
      return this;
    }
    isSaving = false;
    if (outcome.outcome().failure() != null) {
      // What could not be stored was never said: the next tick stores the same step again.
      getContext()
          .getLog()
          .error("could not store the founding state", outcome.outcome().failure());
      return this;
    }
    unsent = null;
    durable = step.state();
    send(step);
    tell();
    return workOff();
  }

  private void send(BootstrapStep step) {
    for (FoundingMessage message : step.sends()) {
      String address = address(message.to());
      if (address != null) {
        transport.send(address, message);
      }
    }
  }

  private @Nullable String address(NodeId peer) {
    return node.peers().get().address(peer);
  }

  private void tell() {
    String now = bootstrap.phase() + bootstrap.condition();
    if (!now.equals(told)) {
      told = now;
      guardian.tell(new NodeGuardian.FoundingChanged(durable, bootstrap.condition()));
    }
  }
}
