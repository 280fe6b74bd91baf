package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.aitta.AittaNode;
import io.aitta.AittaSettings;
import io.aitta.ClusterEvents;
import io.aitta.LocalNode;
import io.aitta.Store;
import io.aitta.actor.ActorTransport;
import io.aitta.actor.MembershipChanged;
import io.aitta.actor.NodeGuardian;
import io.aitta.actor.NodePorts;
import io.aitta.actor.NodeSettings;
import io.aitta.actor.ServiceState;
import io.aitta.actor.StartedNode;
import io.aitta.codec.Codec;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerState;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.HintCount;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A cluster of N nodes in one ActorSystem, without a network: real nodes with real actors, whose
 * messages go through their serializers. Nodes can be slowed, made to lose requests, cut off,
 * killed, and started again with or without their data; probes read one replica's copy directly.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.of(5).start()) {
 *   Store<Order> orders = cluster.store(0, "orders", Order.class);
 *   orders.put("42", new Order("paid")).toCompletableFuture().join();
 *   cluster.kill(1);
 *   cluster.store(2, "orders", Order.class).get("42").toCompletableFuture().join(); // still there
 * }
 * }</pre>
 *
 * <p>Nodes are numbered from 0. Methods that wait fail after 30 seconds with what they waited for.
 * For use by one thread; the nodes themselves by any.
 */
public final class TestCluster implements AutoCloseable {
  private static final String DISPATCHER = "aitta.storage-dispatcher";
  private static final String CALLBACKS = "aitta.callback-dispatcher";

  private final ActorSystem<Void> system;
  private final NodeSettings settings;
  private final Faults faults = new Faults();
  private final Map<Integer, TestNode> running = new ConcurrentHashMap<>();
  private final Map<String, Integer> nodeAt = new ConcurrentHashMap<>();
  private final TestStorage storage;
  private int nodes; // that there are, killed ones included
  private final List<AtomicLong> clockOffsetsMillis = new ArrayList<>();
  private boolean everyNodeDrives;
  private int runs; // makes every run's actors addressable by a name of their own

  TestCluster(int nodes, Config overrides, TestStorage storage) {
    this.nodes = nodes;
    this.storage = storage;
    Config loaded = ConfigFactory.load();
    this.settings =
        AittaSettings.read(
            overrides
                .withFallback(loaded.getConfig("aitta"))
                .withValue("bootstrap.nodes", ConfigValueFactory.fromAnyRef(nodes)));
    this.system =
        ActorSystem.create(
            Behaviors.empty(),
            "aitta-testkit",
            ConfigFactory.parseMap(
                    Map.of("pekko.actor.provider", "local", "pekko.jvm-exit-on-fatal-error", "off"))
                .withFallback(loaded));
    try {
      for (int i = 0; i < nodes; i++) {
        clockOffsetsMillis.add(new AtomicLong());
        launch(i);
      }
      tellMembership();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Describes a cluster of so many nodes. */
  public static TestClusterBuilder of(int nodes) {
    return new TestClusterBuilder(nodes);
  }

  private void launch(int index) {
    String name = "node-" + index + "-run-" + ++runs;
    String base = "pekko://" + system.name() + "/system/" + name;
    AtomicLong offsetMillis = clockOffsetsMillis.get(index);
    NodePorts ports =
        NodePorts.of(
            base,
            new FaultyTransport(
                index,
                new ActorTransport(system, settings.maxMessageBytes()),
                faults,
                path -> nodeAt.getOrDefault(path, -1),
                system),
            (kind, where) -> storage.open(index, where),
            () -> System.currentTimeMillis() + offsetMillis.get(),
            system.dispatchers().lookup(DispatcherSelector.fromConfig(CALLBACKS)));
    nodeAt.put(base, index);
    ActorRef<NodeGuardian.Command> guardian =
        system.systemActorOf(
            NodeGuardian.create(settings, ports), name, DispatcherSelector.fromConfig(DISPATCHER));
    running.put(index, new TestNode(base, ports, new LocalNode(settings, ports), guardian));
    AittaNode node = node(index);
    Waiting.until(
        () -> "node " + index + " runs: " + node.condition(),
        () -> ports.started().get().isPresent());
  }

  /** Lets every node drive changes at once, as after a partition of the network. */
  void letEveryNodeDrive() {
    everyNodeDrives = true;
    tellDriver();
  }

  /** In place of the Cluster Singleton: the oldest node drives changes. */
  private void tellDriver() {
    int oldest = running.keySet().stream().min(Integer::compare).orElse(-1);
    running.forEach((index, node) -> node.ports().drive(index == oldest || everyNodeDrives));
  }

  private void tellMembership() {
    tellDriver();
    running.forEach(
        (index, node) -> {
          Map<String, Boolean> others = new HashMap<>();
          running.forEach(
              (other, view) -> {
                if (!other.equals(index)) {
                  others.put(view.base(), true);
                }
              });
          node.ports()
              .started()
              .get()
              .ifPresent(started -> started.supervisor().tell(new MembershipChanged(others)));
        });
  }

  private void requireNode(int index) {
    if (index < 0 || index >= nodes) {
      throw new IllegalArgumentException(
          "node must be in [0, " + (nodes - 1) + "], was [" + index + "]");
    }
  }

  private TestNode running(int index) {
    requireNode(index);
    TestNode node = running.get(index);
    if (node == null) {
      throw new IllegalArgumentException("node [" + index + "] does not run");
    }
    return node;
  }

  /** How many nodes there are, killed ones included. */
  public int size() {
    return nodes;
  }

  /** A running node's API. */
  public AittaNode node(int index) {
    return running(index).local();
  }

  /** A store of values as JSON, through a running node. */
  public <V> Store<V> store(int index, String name, Class<V> type) {
    return Store.of(node(index), name, type);
  }

  /** A store of values, through a running node. */
  public <V> Store<V> store(int index, String name, Codec<V> codec) {
    return Store.of(node(index), name, codec);
  }

  /** A running node's identity. */
  public NodeId id(int index) {
    return running(index).local().id();
  }

  /** The running nodes that are replicas of a key, in preference order. */
  public List<Integer> replicasOf(Key key) {
    TestNode any = running.values().iterator().next();
    List<PartitionStatus> partitions = any.local().partitions();
    PartitionId partition = PartitionId.of(key, partitions.size());
    return partitions.get(partition.value()).members().stream()
        .flatMap(member -> running.keySet().stream().filter(index -> id(index).equals(member)))
        .toList();
  }

  /**
   * A key of the given store whose partition has no replica on a node.
   *
   * @throws IllegalStateException if every partition has one
   */
  public Key keyWithoutReplicaOn(int index, String store) {
    return IntStream.range(0, 10_000)
        .mapToObj(number -> Key.of(store, "key-" + number))
        .filter(key -> !replicasOf(key).contains(index))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("node [" + index + "] has a replica of everything"));
  }

  /**
   * Delays every message that other nodes send to a node by a time, from now on; zero ends it. Its
   * own requests to its own copy take no time.
   *
   * @throws IllegalArgumentException if the delay is negative
   */
  public void slow(int index, Duration delay) {
    requireNode(index);
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative, was [" + delay + "]");
    }
    faults.slow(index, delay);
  }

  /**
   * Makes a node lose every request that other nodes send to its copies, or ends it. All else goes
   * through: it is found alive and does not answer.
   */
  public void drop(int index, boolean isDropping) {
    requireNode(index);
    faults.drop(index, isDropping);
  }

  /** Cuts a node off from all others, both ways, or mends it: they find it suspect, then dead. */
  public void isolate(int index, boolean isIsolated) {
    requireNode(index);
    faults.isolate(index, isIsolated);
  }

  /** Cuts the link between two nodes, both ways, or mends it. */
  public void cut(int one, int other, boolean isCut) {
    requireNode(one);
    requireNode(other);
    faults.cut(one, other, isCut);
    faults.cut(other, one, isCut);
  }

  /**
   * Sets a node's wall clock off from the true time, across its restarts; zero sets it right. A
   * node that is further ahead of most others than {@code aitta.clock-bound} refuses puts once they
   * have greeted it.
   */
  public void shiftClock(int index, Duration offset) {
    requireNode(index);
    clockOffsetsMillis.get(index).set(offset.toMillis());
  }

  /** Ends every delay, loss, cut and isolation. Clocks stay as they are. */
  public void heal() {
    faults.heal();
  }

  /** Ends a node at once: what is in flight is lost, what was stored stays for {@link #restart}. */
  public void kill(int index) {
    TestNode node = running(index);
    nodeAt.remove(node.base());
    running.remove(index);
    node.guardian().tell(NodeGuardian.Stop.INSTANCE);
    Waiting.until("node " + index + " stopped", () -> node.ports().stopped().isDone());
    tellDriver();
  }

  /**
   * Adds an empty node, which joins the cluster and takes over its share of the data.
   *
   * @return its number
   */
  public int add() {
    int index = nodes++;
    clockOffsetsMillis.add(new AtomicLong());
    launch(index);
    tellMembership();
    return index;
  }

  /** Lets a node give its data to the others, waits until they have it, and stops it. */
  public void leave(int index) {
    TestNode node = running(index);
    CompletableFuture<Done> left = node.local().leave().toCompletableFuture();
    Waiting.until("node " + index + " gave its data to others", left::isDone);
    if (left.isCompletedExceptionally()) {
      throw new IllegalStateException("nobody is there to take what node [" + index + "] holds");
    }
    kill(index);
    tellMembership();
  }

  /**
   * Waits until every partition is where the nodes that run are to hold it, and every node knows.
   */
  public void awaitSettled() {
    Waiting.until("every partition is where it belongs", this::isSettled);
  }

  /** Whether every partition is where the nodes that run are to hold it, and every node knows. */
  public boolean isSettled() {
    return running.values().stream()
        .allMatch(node -> node.local().isSettled() && isStable(node.ports().service().get()));
  }

  /** Whether some partition is about to move, as some node knows. */
  public boolean isChanging() {
    return running.values().stream().anyMatch(node -> !isStable(node.ports().service().get()));
  }

  private static boolean isStable(ServiceState service) {
    ConfigurationTable table = service.configurations();
    return table != null
        && table.all().stream()
            .noneMatch(partition -> partition.isJoint() || !table.isServed(partition.partition()));
  }

  /**
   * Starts a killed node again.
   *
   * @param withData whether it has what it had; otherwise it is a new node, and no member
   */
  public void restart(int index, boolean withData) {
    requireNode(index);
    if (running.containsKey(index)) {
      throw new IllegalArgumentException("node [" + index + "] runs already");
    }
    if (!withData) {
      storage.wipe(index);
    }
    launch(index);
    tellMembership();
  }

  /** Waits until a node serves. */
  public void awaitReady(int index) {
    AittaNode node = node(index);
    Waiting.until(() -> "node " + index + " is ready: " + node.condition(), node::isReady);
  }

  /**
   * Waits until one node concludes that of another. A killed node is named by the id that it had.
   */
  public void awaitState(int observer, NodeId peer, PeerState state) {
    AittaNode node = node(observer);
    Waiting.until(
        "node " + observer + " finds " + peer + " " + state,
        () ->
            node.status().toCompletableFuture().join().peers().stream()
                .anyMatch(
                    status -> status.description().node().equals(peer) && status.state() == state));
  }

  /** Waits until every running node finds every other running one alive, in its present run. */
  public void awaitAllAlive() {
    for (int observer : running.keySet()) {
      for (int peer : running.keySet()) {
        awaitState(observer, id(peer), PeerState.ALIVE);
        Waiting.until(
            "node " + observer + " knows the present run of node " + peer,
            () -> started(observer).knowsRunOf(started(peer)));
      }
    }
  }

  /** Waits for a condition of your own. */
  public void await(String what, BooleanSupplier condition) {
    Waiting.until(what, condition);
  }

  /**
   * Reads a node's copy directly from its storage, whether or not it runs: tombstones and expired
   * ones too.
   */
  public Optional<Entry> probe(int index, Key key) {
    requireNode(index);
    PartitionId partition = PartitionId.of(key, settings.shape().partitions());
    try {
      return ask(index, engine -> Optional.ofNullable(engine.read(partition, key)));
    } catch (StorageException e) {
      throw new IllegalStateException("node [" + index + "] cannot be probed", e);
    }
  }

  private <T> T ask(int index, TestStorage.Question<T> question) throws StorageException {
    return storage.ask(index, running.containsKey(index), settings.storage(), question);
  }

  /** How many nodes hold exactly this entry. */
  public int copies(Key key, Entry entry) {
    return (int)
        IntStream.range(0, size())
            .filter(index -> probe(index, key).filter(entry::equals).isPresent())
            .count();
  }

  /**
   * Calls a listener with what happens at every node from now on, as {@link ClusterEvents#listen}
   * does.
   */
  public ClusterEvents.Listening listen(Consumer<? super ClusterEvent> listener) {
    return ClusterEvents.listen(system, listener);
  }

  /** How many hints a node keeps for others. */
  public long hints(int index) {
    requireNode(index);
    try {
      return ask(index, engine -> engine.hintCounts().stream().mapToLong(HintCount::hints).sum());
    } catch (StorageException e) {
      throw new IllegalStateException("node [" + index + "] cannot be probed", e);
    }
  }

  /** How many coordinators live on a running node: 0 when every request is over. */
  public int requestsInFlight(int index) {
    return started(index).limit().taken();
  }

  ActorSystem<Void> system() {
    return system;
  }

  StartedNode started(int index) {
    return running(index).ports().started().get().orElseThrow();
  }

  /** Stops every node and the ActorSystem. */
  @Override
  public void close() {
    system.terminate();
    Waiting.until(
        "the test cluster stopped",
        () -> system.getWhenTerminated().toCompletableFuture().isDone());
  }
}
