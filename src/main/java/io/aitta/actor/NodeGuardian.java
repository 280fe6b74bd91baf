package io.aitta.actor;

import io.aitta.actor.ServiceState.Phase;
import io.aitta.liveness.StartComparison;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.Founding;
import io.aitta.model.Greeting;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.SeenRuns;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.FoundingState;
import io.aitta.partition.PartitionState;
import io.aitta.replica.NodeMetadata;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.Done;
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
 * One node: opens its storage, spawns its actors, decides when it serves, and closes the storage
 * after all of them stopped. Runs on the storage dispatcher.
 *
 * <p>It serves once the cluster is founded, or welcomed it, and once it compared itself with a
 * majority of those that hold its data, this node included, and its configurations with those of
 * every node that is up. It fails for good, with a reason, if its storage cannot be opened, if its
 * settings contradict those that the cluster was founded with, if another node runs with its id and
 * data, if most nodes serve another cluster, or if its data was set back, which it then remembers:
 * the greetings of others say so, as {@link StartComparison} judges (protocol rule 9).
 */
public final class NodeGuardian extends AbstractBehavior<NodeGuardian.Command> {

  /** What it takes. */
  public sealed interface Command
      permits FoundingChanged, PeerGreeted, Replica.MetadataSaved, Stop, Tick {}

  /** The founding went on. */
  record FoundingChanged(FoundingState state, String condition) implements Command {}

  /** A peer greeted. */
  record PeerGreeted(Greeting greeting) implements Command {}

  /** Stop every actor of the node, then close its storage. */
  public enum Stop implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  /** How long what was heard of peers' clocks may be forgotten by a crash. */
  private static final Duration SAVE_TIMES_AFTER = Duration.ofSeconds(10);

  private final NodePorts ports;
  private final NodeSettings settings;
  private final OpenedStorage storage;
  private final NodeClock clock;
  private final Published<PeersSnapshot> peers;
  private final Published<Map<NodeId, SeenRuns>> seenRuns; // the supervisor alone changes it
  private final StartComparison comparison;
  private final ActorRef<Replica.Command> replica;
  private final ActorRef<Replica.MetadataSaved> saved;
  private final WaitingRequests waiting;
  private final Published<Map<NodeId, Long>> agreed; // when tables of configurations were equal
  private final Set<NodeId> compared = new HashSet<>(); // who knows this run and nothing later
  private final Map<NodeId, ClusterId> foreign = new HashMap<>(); // and what they were told of as
  private FoundingState founding;
  private String foundingCondition = "starting";
  private @Nullable Published<ConfigurationTable> table; // once the cluster is founded
  private boolean isSavingClock;
  private boolean isSavingPeers;
  private boolean isSavingSetBack;
  private final RepeatedFailures unsaved = new RepeatedFailures();
  private @Nullable String setBack; // until that is durable
  private Map<NodeId, SeenRuns> savedRuns; // what is durable of seenRuns
  private long savedRunsNanos;

  private NodeGuardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeSettings settings,
      NodePorts ports,
      OpenedStorage storage)
      throws StorageException {
    super(context);
    context.setLoggerName(NodeGuardian.class);
    this.ports = ports;
    this.settings = settings;
    this.storage = storage;
    this.founding = storage.founding();
    this.clock =
        new NodeClock(storage.ceilings(), settings.clockBound().toMillis(), ports.physicalMillis());
    this.peers = new Published<>(PeersSnapshot.EMPTY);
    this.seenRuns = new Published<>(storage.seenRuns());
    this.savedRuns = storage.seenRuns();
    this.savedRunsNanos = System.nanoTime();
    this.comparison =
        new StartComparison(storage.node(), storage.incarnation(), storage.ceilings().issued());
    this.saved = context.getSelf().narrow();
    saveCeilingsNow();

    NodeActors.Spawned actors =
        NodeActors.spawn(context, settings, ports, storage, clock, peers, seenRuns, self());
    this.replica = actors.replica();
    this.waiting = actors.node().waiting();
    this.agreed = actors.agreed();
    context.getChildren().forEach(context::watch);
    timers.startTimerWithFixedDelay(Tick.INSTANCE, clock.raiseInterval());
    ports.publish(new StartedNode(actors));
    context
        .getLog()
        .info(
            "node {} starts (start {} with this data), on {} ({})",
            storage.node(),
            storage.incarnation().startCounter(),
            storage.engine().name(),
            storage.engine().durability());
    if (storage.setBack() != null) {
      fail(storage.setBack());
    }
  }

  /** Opens the node's storage and begins, or publishes why it cannot. */
  public static Behavior<Command> create(NodeSettings settings, NodePorts ports) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  OpenedStorage storage = null;
                  try {
                    storage = OpenedStorage.open(settings, ports);
                    return new NodeGuardian(context, timers, settings, ports, storage);
                  } catch (StorageException e) {
                    context.getLog().error("cannot open the storage: {}", e.getMessage());
                    ports.publish(failed("cannot open the storage: " + e.getMessage(), null));
                    if (storage != null) {
                      storage.engine().close();
                    }
                    return stoppable(ports);
                  }
                }));
  }

  /** What is left of a node whose storage could not be opened. */
  private static Behavior<Command> stoppable(NodePorts ports) {
    return Behaviors.receive(Command.class)
        .onMessage(Stop.class, notUsed -> Behaviors.stopped())
        .onSignal(
            PostStop.class,
            notUsed -> {
              ports.stopped().complete(Done.getInstance());
              return Behaviors.same();
            })
        .build();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, notUsed -> onTick())
        .onMessage(PeerGreeted.class, this::onPeerGreeted)
        .onMessage(FoundingChanged.class, this::onFoundingChanged)
        .onMessage(Replica.MetadataSaved.class, this::onSaved)
        .onMessage(Stop.class, notUsed -> Behaviors.stopped())
        .onSignal(PostStop.class, notUsed -> onStopped())
        .build();
  }

  private PeerDescription self() {
    return new PeerDescription(storage.node(), settings.zone(), settings.weight(), ports.base());
  }

  private Behavior<Command> onTick() {
    Ceilings wanted = isSavingClock ? null : clock.wantedCeilings();
    if (wanted != null) {
      isSavingClock = true;
      save(NodeMetadata.CEILINGS, NodeMetadata.encodeCeilings(wanted));
    }
    savePeers();
    saveSetBack();
    evaluate();
    return this;
  }

  private void savePeers() {
    Map<NodeId, SeenRuns> runs = seenRuns.get();
    boolean isDue =
        !lastRuns(runs).equals(lastRuns(savedRuns))
            || System.nanoTime() - savedRunsNanos > SAVE_TIMES_AFTER.toNanos();
    if (!isSavingPeers && isDue && !runs.equals(savedRuns)) {
      isSavingPeers = true;
      save(NodeMetadata.PEERS, NodeMetadata.encodePeers(runs));
    }
  }

  private static Map<NodeId, Incarnation> lastRuns(Map<NodeId, SeenRuns> runs) {
    Map<NodeId, Incarnation> last = new HashMap<>();
    runs.forEach((node, seen) -> last.put(node, seen.last()));
    return last;
  }

  private void saveSetBack() {
    if (setBack != null && !isSavingSetBack) {
      isSavingSetBack = true;
      save(NodeMetadata.SET_BACK, NodeMetadata.encodeSetBack(setBack));
    }
  }

  private void save(String name, Bytes content) {
    replica.tell(new Replica.SaveMetadata(new Mutation.PutMetadata(name, content), saved));
  }

  private void saveCeilingsNow() throws StorageException {
    Ceilings wanted = clock.wantedCeilings();
    if (wanted != null) {
      storage.saveCeilings(wanted);
      clock.raiseCeilings(wanted);
    }
  }

  /** What could not be stored is tried again at the next tick. */
  private Behavior<Command> onSaved(Replica.MetadataSaved outcome) {
    Mutation.PutMetadata metadata = outcome.metadata();
    boolean isClock = metadata.name().equals(NodeMetadata.CEILINGS);
    boolean isPeers = metadata.name().equals(NodeMetadata.PEERS);
    isSavingClock = isSavingClock && !isClock;
    isSavingPeers = isSavingPeers && !isPeers;
    isSavingSetBack = isSavingSetBack && (isClock || isPeers);
    if (outcome.failure() != null) {
      long times = unsaved.record(System.nanoTime());
      if (times > 0) {
        getContext()
            .getLog()
            .error(
                "could not store [{}]; such times since that was told: [{}]",
                metadata.name(),
                times,
                outcome.failure());
      }
      return this;
    }
    try {
      if (isClock) {
        clock.raiseCeilings(NodeMetadata.decodeCeilings(metadata.content()));
      } else if (isPeers) {
        savedRuns = Map.copyOf(NodeMetadata.decodePeers(metadata.content()));
        savedRunsNanos = System.nanoTime();
      } else {
        setBack = null;
      }
    } catch (StorageException e) {
      throw new IllegalStateException("[" + metadata.name() + "] cannot be read back", e);
    }
    return this;
  }

  private Behavior<Command> onPeerGreeted(PeerGreeted greeted) {
    Greeting greeting = greeted.greeting();
    NodeId peer = greeting.description().node();
    Founding decided = founding.decided();
    boolean isServing = ports.service().get().isServing();
    savePeers();
    switch (comparison.judge(greeting, decided == null ? null : decided.cluster(), isServing)) {
      case NOTHING -> {}
      case COMPARED -> compared.add(peer);
      case FOREIGN -> onForeign(peer, greeting);
      case SET_BACK -> onSetBack(peer, greeting);
      case COPY ->
          fail(
              "another node runs with its id and data at ["
                  + greeting.description().address()
                  + "], and is the one to go on");
    }
    if (decided == null && greeting.serves() && !greeting.shape().equals(settings.shape())) {
      fail("it is set to " + settings.shape() + ", node [" + peer + "] serves " + greeting.shape());
    }
    evaluate();
    return this;
  }

  private void onForeign(NodeId peer, Greeting greeting) {
    ClusterId cluster = greeting.cluster();
    if (cluster != null && !cluster.equals(foreign.put(peer, cluster))) {
      getContext()
          .getLog()
          .warn(
              "node {} at {} belongs to another cluster, [{}]",
              peer,
              greeting.description().address(),
              cluster);
    }
  }

  private void onSetBack(NodeId peer, Greeting greeting) {
    String reason =
        "its data was set back: node ["
            + peer
            + "] remembers ["
            + greeting.rememberedStartCounter()
            + "] starts or later writes of it, its data has ["
            + storage.incarnation().startCounter()
            + "] starts; without its data it is a new node";
    if (ports.service().get().phase() != Phase.FAILED) {
      setBack = reason;
      saveSetBack();
    }
    fail(reason);
  }

  private Behavior<Command> onFoundingChanged(FoundingChanged changed) {
    founding = changed.state();
    foundingCondition = changed.condition();
    evaluate();
    return this;
  }

  private void fail(String condition) {
    if (ports.service().get().phase() != Phase.FAILED) {
      getContext().getLog().error("this node will not serve: {}", condition);
      // It still says whose data it holds, so that empty nodes take it for none of theirs.
      Founding decided = founding.decided();
      ports.publish(failed(condition, decided == null ? null : decided.cluster()));
    }
  }

  private static ServiceState failed(String condition, @Nullable ClusterId cluster) {
    return new ServiceState(Phase.FAILED, condition, cluster, null, null);
  }

  private void evaluate() {
    ServiceState now = ports.service().get();
    Founding decided = founding.decided();
    if (now.phase() == Phase.FAILED) {
      return;
    }
    if (decided == null || !founding.isActive()) {
      ports.publish(ServiceState.starting(foundingCondition));
      return;
    }
    if (!decided.shape().equals(settings.shape())) {
      fail(
          "it is set to " + settings.shape() + ", its cluster was founded with " + decided.shape());
      return;
    }
    if (table == null) {
      table = new Published<>(storedTable(decided));
    }
    Set<NodeId> members = table.get().members();
    long heard =
        members.stream()
            .filter(node -> node.equals(storage.node()) || compared.contains(node))
            .count();
    int majority = members.size() / 2 + 1;
    Set<NodeId> differing = differing(decided.cluster());
    boolean serves = (heard >= majority && differing.isEmpty()) || now.isServing();
    if (hasStrayed(decided) && !(serves && decided.founders().size() > 1)) {
      fail("its data belongs to cluster [" + decided.cluster() + "], most nodes serve another one");
      return;
    }
    String condition =
        serves
            ? "ready"
            : heard >= majority
                ? "comparing configurations with nodes " + differing
                : "waiting to compare with ["
                    + majority
                    + "] members, ["
                    + heard
                    + "] were heard"
                    + (foreign.isEmpty()
                        ? ""
                        : ", and of other clusters nodes " + foreign.keySet());
    if (serves == now.isServing() && condition.equals(now.condition())) {
      return;
    }
    if (serves && !now.isServing()) {
      getContext().getLog().info("node {} serves cluster {}", storage.node(), decided.cluster());
    }
    ports.publish(
        new ServiceState(
            serves ? Phase.SERVING : Phase.STARTING,
            condition,
            decided.cluster(),
            table,
            List.copyOf(decided.founders())));
  }

  /**
   * The nodes that are up and whose configurations were not yet found to be this node's: it may
   * have been away while they changed (protocol rule 10).
   */
  private Set<NodeId> differing(ClusterId cluster) {
    Set<NodeId> differing = new TreeSet<>();
    peers
        .get()
        .peers()
        .forEach(
            (node, peer) -> {
              boolean isUp = peer.state() == PeerState.ALIVE && cluster.equals(peer.cluster());
              if (isUp && !node.equals(storage.node()) && !agreed.get().containsKey(node)) {
                differing.add(node);
              }
            });
    return differing;
  }

  /** The first configurations, or what this node stored since. */
  private ConfigurationTable storedTable(Founding decided) {
    ConfigurationTable stored = ConfigurationTable.first(decided);
    for (PartitionState state : storage.partitions().values()) {
      stored = stored.with(state);
    }
    return stored;
  }

  /** Whether every member was heard, and most of those that are up serve one other cluster. */
  private boolean hasStrayed(Founding decided) {
    PeersSnapshot known = peers.get();
    List<PeerView> up =
        known.peers().values().stream().filter(peer -> peer.state() == PeerState.ALIVE).toList();
    List<ClusterId> served =
        up.stream()
            .filter(PeerView::serves)
            .map(PeerView::cluster)
            .filter(Objects::nonNull)
            .toList();
    return known.isComplete()
        && known.unheard().isEmpty()
        && StartComparison.isOutnumbered(decided.cluster(), served, up.size());
  }

  private Behavior<Command> onStopped() {
    ports.publish(new ServiceState(Phase.STOPPED, "stopped", null, null, null));
    waiting.close();
    try {
      storage.engine().close();
    } catch (StorageException e) {
      getContext().getLog().error("could not close the storage", e);
    }
    ports.stopped().complete(Done.getInstance());
    return this;
  }
}
