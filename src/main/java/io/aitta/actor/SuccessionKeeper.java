package io.aitta.actor;

import io.aitta.model.ClusterId;
import io.aitta.model.Configuration;
import io.aitta.model.ControlMessage;
import io.aitta.model.Epoch;
import io.aitta.model.Hashing;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TableMessage;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.partition.PartitionSuccession;
import io.aitta.partition.SuccessionStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;

/**
 * This node's part in the changes of all partitions' configurations. Decides with a {@link
 * PartitionSuccession} for each; the {@link Replica} stores what they say, and judges requests by
 * it from then on.
 *
 * <p>Nothing is sent before what it follows from is durable. While one batch is being stored the
 * next one gathers. What does not fit is dropped as the network would have, and repeated by its
 * sender. Tables of configurations are compared with one peer after the other, so that whoever was
 * away learns what changed. A crash stops the node's guardian, and with it the node.
 */
final class SuccessionKeeper extends AbstractBehavior<SuccessionKeeper.Command> {

  sealed interface Command permits Arrived, TableArrived, Propose, Stored, Tick {}

  /** Propose a successor of a partition's configuration. */
  record Propose(Configuration successor) implements Command {}

  private record Arrived(SuccessionMessage message) implements Command {}

  private record TableArrived(TableMessage message) implements Command {}

  private record Stored(Replica.Installed outcome) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);
  private static final int GOSSIP_TICKS = 5;
  private static final int MAX_UNSENT = 50_000;

  private final NodeContext node;
  private final Transport transport;
  private final ActorRef<Replica.Command> replica;
  private final ActorRef<Replica.Installed> stored;
  private final Published<Set<NodeId>> agreed; // whose table was equal once
  private final Map<PartitionId, PartitionState> known; // at the start, but for the first ones
  private final List<PartitionSuccession> partitions = new ArrayList<>(); // none before founding
  private final ConfigurationEvents events;
  private final Map<PartitionId, PartitionState> durable = new LinkedHashMap<>();
  private Map<PartitionId, PartitionState> dirty = new LinkedHashMap<>();
  private List<SuccessionMessage> unsent = new ArrayList<>();
  private Map<PartitionId, PartitionState> storing = Map.of();
  private List<SuccessionMessage> sentOnceStored = List.of();
  private boolean isStoring;
  private int ticks;
  private int gossiped; // digests that were sent

  private SuccessionKeeper(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeContext node,
      Transport transport,
      ActorRef<Replica.Command> replica,
      Published<Set<NodeId>> agreed,
      Map<PartitionId, PartitionState> known) {
    super(context);
    this.node = node;
    this.events = new ConfigurationEvents(node.self());
    this.transport = transport;
    this.replica = replica;
    this.agreed = agreed;
    this.known = Map.copyOf(known);
    this.stored = context.messageAdapter(Replica.Installed.class, Stored::new);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  /**
   * Begins with what is durable.
   *
   * @param agreed where it publishes whose table of configurations was equal to this node's once
   * @param known the partitions whose configuration is not their first
   */
  static Behavior<Command> create(
      NodeContext node,
      Transport transport,
      ActorRef<Replica.Command> replica,
      Published<Set<NodeId>> agreed,
      Map<PartitionId, PartitionState> known) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new SuccessionKeeper(
                        context, timers, node, transport, replica, agreed, known)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages
        .match(SuccessionMessage.class, Arrived::new)
        .match(TableMessage.class, TableArrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(TableArrived.class, this::onTableArrived)
        .onMessage(Propose.class, this::onPropose)
        .onMessage(Stored.class, this::onStored)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onArrived(Arrived arrived) {
    PartitionId partition = arrived.message().partition();
    // Who does not serve yet may have forgotten what it promised: it learns, and decides nothing.
    boolean isTaken =
        node.service().get().isServing() || arrived.message() instanceof SuccessionMessage.Install;
    if (isTaken
        && isBegun()
        && partition.value() < partitions.size()
        && unsent.size() < MAX_UNSENT) {
      take(partitions.get(partition.value()).received(arrived.message(), nowMillis()));
      store();
    }
    return this;
  }

  private Behavior<Command> onTableArrived(TableArrived arrived) {
    TableMessage message = arrived.message();
    if (!isBegun()
        || !message.to().equals(node.self())
        || !node.service().get().isOf(message.cluster())) {
      return this;
    }
    List<Epoch> own = servedEpochs();
    if (message instanceof TableMessage.Digest digest) {
      if (digest.hash() != digest(own)) {
        send(message.from(), epochs(message, own, false));
      } else {
        agree(message.from());
        if (!digest.isAnswer()) {
          send(message.from(), digestFor(message.from(), message.cluster(), own, true));
        }
      }
    } else if (message instanceof TableMessage.Epochs theirs
        && theirs.epochs().size() == own.size()) {
      compare(theirs, own);
    }
    return this;
  }

  private void compare(TableMessage.Epochs theirs, List<Epoch> own) {
    if (theirs.epochs().equals(own)) {
      agree(theirs.from());
      return;
    }
    boolean isBehind = false;
    for (int i = 0; i < own.size(); i++) {
      PartitionState known = partitions.get(i).state();
      boolean isDurable = known.equals(durable.get(known.installed().partition()));
      if (theirs.epochs().get(i).isNewerThan(own.get(i))) {
        isBehind = true;
      } else if (own.get(i).isNewerThan(theirs.epochs().get(i)) && isDurable) {
        send(
            theirs.from(),
            new SuccessionMessage.Install(node.self(), theirs.from(), known.installed(), true));
      }
    }
    if (isBehind && !theirs.isAnswer()) {
      send(theirs.from(), epochs(theirs, own, true));
    }
  }

  private void agree(NodeId peer) {
    if (!agreed.get().contains(peer)) {
      Set<NodeId> more = new HashSet<>(agreed.get());
      more.add(peer);
      agreed.set(Set.copyOf(more));
    }
  }

  private TableMessage.Digest digestFor(
      NodeId peer, ClusterId cluster, List<Epoch> own, boolean isAnswer) {
    return new TableMessage.Digest(node.self(), peer, cluster, digest(own), isAnswer);
  }

  private TableMessage.Epochs epochs(TableMessage to, List<Epoch> own, boolean isAnswer) {
    return new TableMessage.Epochs(node.self(), to.from(), to.cluster(), own, isAnswer);
  }

  /** What is not served is no more than its predecessor to others. */
  private List<Epoch> servedEpochs() {
    List<Epoch> epochs = new ArrayList<>();
    for (PartitionSuccession partition : partitions) {
      PartitionState known = partition.state();
      epochs.add(known.isServed() ? known.installed().epoch() : Epoch.NONE);
    }
    return epochs;
  }

  private static long digest(List<Epoch> epochs) {
    long digest = 0;
    for (Epoch epoch : epochs) {
      digest = Hashing.mix(digest ^ ((long) epoch.recoveryTerm() << 32 | epoch.number()));
    }
    return digest;
  }

  /** Sends a digest of the table to one peer after the other; to all before this node serves. */
  private void gossip() {
    ClusterId cluster = node.service().get().cluster();
    List<NodeId> others = new ArrayList<>();
    node.peers()
        .get()
        .peers()
        .forEach(
            (id, peer) -> {
              boolean isOfCluster = cluster != null && cluster.equals(peer.cluster());
              if (!id.equals(node.self()) && peer.isAsked() && isOfCluster) {
                others.add(id);
              }
            });
    if (cluster == null || others.isEmpty()) {
      return;
    }
    List<Epoch> own = servedEpochs();
    if (!node.service().get().isServing()) {
      others.forEach(peer -> send(peer, digestFor(peer, cluster, own, false)));
    } else {
      others.sort(null);
      NodeId next = others.get(Math.floorMod(gossiped++, others.size()));
      send(next, digestFor(next, cluster, own, false));
    }
  }

  private Behavior<Command> onPropose(Propose propose) {
    if (isBegun() && unsent.size() < MAX_UNSENT) {
      PartitionSuccession partition = partitions.get(propose.successor().partition().value());
      take(partition.propose(propose.successor(), nowMillis()));
      store();
    }
    return this;
  }

  private Behavior<Command> onTick() {
    if (isBegun()) {
      if (ticks++ % GOSSIP_TICKS == 0 || !node.service().get().isServing()) {
        gossip();
      }
      for (PartitionSuccession partition : partitions) {
        take(partition.tick(nowMillis()));
      }
      store();
    }
    return this;
  }

  /** Begins once the node knows its cluster's first configurations. */
  private boolean isBegun() {
    ConfigurationTable first = node.service().get().configurations();
    if (partitions.isEmpty() && first != null) {
      for (Configuration configuration : first.all()) {
        PartitionState state =
            known.getOrDefault(configuration.partition(), PartitionState.first(configuration));
        partitions.add(new PartitionSuccession(node.self(), state));
        durable.put(configuration.partition(), state);
        events.begin(state);
      }
    }
    return !partitions.isEmpty();
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private void take(SuccessionStep step) {
    PartitionState state = step.state();
    PartitionId partition = state.installed().partition();
    PartitionState latest =
        dirty.getOrDefault(partition, storing.getOrDefault(partition, durable.get(partition)));
    if (!state.equals(latest)) {
      dirty.put(partition, state);
    }
    unsent.addAll(step.sends());
  }

  private void store() {
    if (isStoring) {
      return;
    }
    if (dirty.isEmpty()) {
      send(unsent);
      unsent.clear();
      return;
    }
    isStoring = true;
    storing = dirty;
    sentOnceStored = unsent;
    dirty = new LinkedHashMap<>();
    unsent = new ArrayList<>();
    replica.tell(new Replica.Install(List.copyOf(storing.values()), stored));
  }

  private Behavior<Command> onStored(Stored outcome) {
    isStoring = false;
    if (outcome.outcome().failure() != null) {
      getContext().getLog().error("could not store configurations", outcome.outcome().failure());
      // Nothing of it was said: the next tick stores it together with what came since.
      storing.forEach(dirty::putIfAbsent);
      unsent.addAll(0, sentOnceStored);
    } else {
      durable.putAll(storing);
      events
          .stored(List.copyOf(storing.values()))
          .forEach(event -> Events.tell(getContext().getSystem(), event));
      send(sentOnceStored);
    }
    storing = Map.of();
    sentOnceStored = List.of();
    if (outcome.outcome().failure() == null) {
      store();
    }
    return this;
  }

  private void send(List<SuccessionMessage> messages) {
    messages.forEach(message -> send(message.to(), message));
  }

  private void send(NodeId to, ControlMessage message) {
    String address = node.peers().get().address(to);
    if (address != null) {
      transport.send(address, message);
    }
  }
}
