package io.aitta.actor;

import io.aitta.model.ClusterEvent;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.slf4j.Logger;

/**
 * This node's part in the changes of all partitions' configurations, and of the roster. Decides
 * with a {@link PartitionSuccession} for each; the {@link Replica} stores what they say, and judges
 * requests by it from then on. A partition that the roster recovered goes on as it says.
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
  private final Published<Map<NodeId, Long>> agreed; // when whose table was equal
  private final Map<PartitionId, PartitionState> known; // at the start, but for the first ones
  private final ConfigurationEvents events;
  private final Map<PartitionId, PartitionSuccession> partitions =
      new TreeMap<>(); // with the roster, which comes last; none before founding
  private final Set<PartitionId> conflicting = new HashSet<>(); // said
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
      Published<Map<NodeId, Long>> agreed,
      Map<PartitionId, PartitionState> known) {
    super(context);
    context.setLoggerName(SuccessionKeeper.class);
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
   * @param agreed where it publishes when each node's table of configurations was equal to this
   *     node's last
   * @param known the partitions whose configuration is not their first
   */
  static Behavior<Command> create(
      NodeContext node,
      Transport transport,
      ActorRef<Replica.Command> replica,
      Published<Map<NodeId, Long>> agreed,
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
    PartitionSuccession partition =
        isBegun() ? partitions.get(arrived.message().partition()) : null;
    // Who does not serve yet may have forgotten what it promised: it learns, and decides nothing.
    boolean isTaken =
        node.service().get().isServing() || arrived.message() instanceof SuccessionMessage.Install;
    if (isTaken && partition != null && unsent.size() < MAX_UNSENT) {
      take(partition.received(arrived.message(), nowMillis()));
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
    List<TableMessage.Row> own = servedRows();
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
        && theirs.rows().size() == own.size()) {
      compare(theirs, own);
    }
    return this;
  }

  private void compare(TableMessage.Epochs theirs, List<TableMessage.Row> own) {
    if (theirs.rows().equals(own)) {
      agree(theirs.from());
      return;
    }
    boolean isBehind = false;
    int row = 0;
    for (PartitionSuccession partition : partitions.values()) {
      PartitionState known = partition.state();
      TableMessage.Row mine = own.get(row);
      TableMessage.Row other = theirs.rows().get(row);
      row++;
      // Equal epochs with different content: each is to learn that, and to stop.
      boolean isConflict = mine.epoch().equals(other.epoch()) && !mine.equals(other);
      boolean isDurable = known.equals(durable.get(known.installed().partition()));
      isBehind |= isConflict || other.epoch().isNewerThan(mine.epoch());
      if ((isConflict || mine.epoch().isNewerThan(other.epoch())) && isDurable) {
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
    Map<NodeId, Long> more = new HashMap<>(agreed.get());
    more.put(peer, System.nanoTime());
    agreed.set(Map.copyOf(more));
  }

  private TableMessage.Digest digestFor(
      NodeId peer, ClusterId cluster, List<TableMessage.Row> own, boolean isAnswer) {
    return new TableMessage.Digest(node.self(), peer, cluster, digest(own), isAnswer);
  }

  private TableMessage.Epochs epochs(
      TableMessage to, List<TableMessage.Row> own, boolean isAnswer) {
    return new TableMessage.Epochs(node.self(), to.from(), to.cluster(), own, isAnswer);
  }

  /** What is not served is no more than its predecessor to others. */
  private List<TableMessage.Row> servedRows() {
    List<TableMessage.Row> rows = new ArrayList<>();
    for (PartitionSuccession partition : partitions.values()) {
      PartitionState known = partition.state();
      rows.add(
          known.isServed()
              ? new TableMessage.Row(known.installed().epoch(), known.installed().contentHash())
              : new TableMessage.Row(Epoch.NONE, 0));
    }
    return rows;
  }

  private static long digest(List<TableMessage.Row> rows) {
    long digest = 0;
    for (TableMessage.Row row : rows) {
      digest = Hashing.mix(digest ^ row.content());
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
    List<TableMessage.Row> own = servedRows();
    if (!node.service().get().isServing()) {
      others.forEach(peer -> send(peer, digestFor(peer, cluster, own, false)));
    } else {
      others.sort(null);
      NodeId next = others.get(Math.floorMod(gossiped++, others.size()));
      send(next, digestFor(next, cluster, own, false));
    }
  }

  private Behavior<Command> onPropose(Propose propose) {
    PartitionSuccession partition =
        isBegun() ? partitions.get(propose.successor().partition()) : null;
    if (partition != null && unsent.size() < MAX_UNSENT) {
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
      for (PartitionSuccession partition : partitions.values()) {
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
      first.all().forEach(this::begin);
      begin(first.roster());
    }
    return !partitions.isEmpty();
  }

  private void begin(Configuration first) {
    PartitionState state = known.getOrDefault(first.partition(), PartitionState.first(first));
    partitions.put(first.partition(), new PartitionSuccession(node.self(), state));
    durable.put(first.partition(), state);
    events.begin(state);
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
    sayConflict(state);
    if (partition.isRoster() && state.isServed()) {
      state.installed().configuration().recoveries().forEach(this::recover);
    }
  }

  /** Goes on with a partition as the roster has recovered it, unless that was done. */
  private void recover(Configuration recovery) {
    PartitionSuccession partition = partitions.get(recovery.partition());
    if (partition == null) {
      return;
    }
    take(partition.recover(recovery));
  }

  private void sayConflict(PartitionState state) {
    PartitionId partition = state.installed().partition();
    if (state.conflict() == null) {
      conflicting.remove(partition);
    } else if (conflicting.add(partition)) {
      getContext()
          .getLog()
          .error(
              "partition {} is stopped on this node: {} and {} claim the same epoch, which cannot"
                  + " be unless nodes forgot what they had stored",
              partition,
              state.installed(),
              state.conflict());
    }
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
      events.stored(List.copyOf(storing.values())).forEach(this::tell);
      send(sentOnceStored);
    }
    storing = Map.of();
    sentOnceStored = List.of();
    if (outcome.outcome().failure() == null) {
      store();
    }
    return this;
  }

  private void tell(ClusterEvent event) {
    if (event instanceof ClusterEvent.PartitionRecovered recovered) {
      sayRecovered(recovered);
    }
    Events.tell(getContext().getSystem(), event);
  }

  private void sayRecovered(ClusterEvent.PartitionRecovered recovered) {
    Logger log = getContext().getLog();
    if (recovered.survivors().isEmpty()) {
      log.error(
          "partition {} lost its majority: nodes {} are gone, and NOBODY who held it is left. It"
              + " begins with nothing, as epoch {}, on nodes {}: all that was in it is lost",
          recovered.partition(),
          recovered.lost(),
          recovered.epoch(),
          recovered.members());
    } else {
      log.error(
          "partition {} lost its majority: nodes {} are gone. It is recovered from nodes {}, as"
              + " epoch {}, on nodes {}: writes and deletes that were acknowledged before may be"
              + " undone",
          recovered.partition(),
          recovered.lost(),
          recovered.survivors(),
          recovered.epoch(),
          recovered.members());
    }
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
