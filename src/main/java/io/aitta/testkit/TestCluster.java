package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.aitta.AittaNode;
import io.aitta.AittaSettings;
import io.aitta.LocalNode;
import io.aitta.actor.ActorTransport;
import io.aitta.actor.MembershipChanged;
import io.aitta.actor.NodeGuardian;
import io.aitta.actor.NodePorts;
import io.aitta.actor.NodeSettings;
import io.aitta.actor.StartedNode;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerState;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
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
 *   Store<String> store = Store.of(cluster.node(0), "orders", new StringCodec());
 *   store.put("42", "paid").toCompletableFuture().join();
 *   cluster.kill(1);
 *   // ...
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
  private final Config aitta;
  private final Faults faults = new Faults();
  private final Map<Integer, TestNode> running = new ConcurrentHashMap<>();
  private final Map<String, Integer> nodeAt = new ConcurrentHashMap<>();
  private final List<StorageEngine> engines = new ArrayList<>();
  private int runs; // makes every run's actors addressable by a name of their own

  TestCluster(int nodes, Config overrides) {
    Config loaded = ConfigFactory.load();
    this.aitta = overrides.withFallback(loaded.getConfig("aitta"));
    this.system =
        ActorSystem.create(
            Behaviors.empty(),
            "aitta-testkit",
            ConfigFactory.parseMap(
                    Map.of("pekko.actor.provider", "local", "pekko.jvm-exit-on-fatal-error", "off"))
                .withFallback(loaded));
    for (int i = 0; i < nodes; i++) {
      engines.add(newEngine());
    }
    for (int i = 0; i < nodes; i++) {
      launch(i);
    }
    tellMembership();
  }

  /** Describes a cluster of so many nodes. */
  public static TestClusterBuilder of(int nodes) {
    return new TestClusterBuilder(nodes);
  }

  private NodeSettings settings() {
    return AittaSettings.read(
        aitta.withValue(
            "bootstrap.nodes", ConfigValueFactory.fromAnyRef(Math.max(1, engines.size()))));
  }

  private StorageEngine newEngine() {
    return new MemoryEngineProvider().open(settings().storage());
  }

  private void launch(int index) {
    String name = "node-" + index + "-run-" + ++runs;
    String base = "pekko://" + system.name() + "/system/" + name;
    NodeSettings settings = settings();
    StorageEngine engine = engines.get(index);
    NodePorts ports =
        NodePorts.of(
            base,
            new FaultyTransport(
                index,
                new ActorTransport(system, settings.maxMessageBytes()),
                faults,
                path -> nodeAt.getOrDefault(path, -1),
                system),
            (kind, storage) -> engine,
            System::currentTimeMillis,
            system.dispatchers().lookup(DispatcherSelector.fromConfig(CALLBACKS)));
    nodeAt.put(base, index);
    ActorRef<NodeGuardian.Command> guardian =
        system.systemActorOf(
            NodeGuardian.create(settings, ports), name, DispatcherSelector.fromConfig(DISPATCHER));
    running.put(index, new TestNode(base, ports, new LocalNode(settings, ports), guardian));
    Waiting.until("node " + index + " runs", () -> ports.started().get().isPresent());
  }

  private void tellMembership() {
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

  private TestNode running(int index) {
    TestNode node = running.get(index);
    if (node == null) {
      throw new IllegalArgumentException("node [" + index + "] does not run");
    }
    return node;
  }

  /** How many nodes there are, killed ones included. */
  public int size() {
    return engines.size();
  }

  /** A running node's API. */
  public AittaNode node(int index) {
    return running(index).local();
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

  /** Delays every message to a node by a time; zero ends it. */
  public void slow(int index, Duration delay) {
    faults.slow(index, delay);
  }

  /** Makes a node lose every message that is sent to it, or ends it. */
  public void drop(int index, boolean isDropping) {
    faults.drop(index, isDropping);
  }

  /** Cuts the link between two nodes, both ways, or mends it. */
  public void cut(int one, int other, boolean isCut) {
    faults.cut(one, other, isCut);
    faults.cut(other, one, isCut);
  }

  /** Ends every delay, loss and cut. */
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
  }

  /**
   * Starts a killed node again.
   *
   * @param withData whether it has what it had; otherwise it is a new node, and no member
   */
  public void restart(int index, boolean withData) {
    if (running.containsKey(index)) {
      throw new IllegalArgumentException("node [" + index + "] runs already");
    }
    if (!withData) {
      engines.set(index, newEngine());
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

  /** Waits until every running node finds every other running one alive. */
  public void awaitAllAlive() {
    for (int observer : running.keySet()) {
      for (int peer : running.keySet()) {
        awaitState(observer, id(peer), PeerState.ALIVE);
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
    try {
      int partitions = settings().shape().partitions();
      return Optional.ofNullable(engines.get(index).read(PartitionId.of(key, partitions), key));
    } catch (StorageException e) {
      throw new IllegalStateException("node [" + index + "] cannot be probed", e);
    }
  }

  /** How many nodes hold exactly this entry. */
  public int copies(Key key, Entry entry) {
    return (int)
        IntStream.range(0, size())
            .filter(index -> probe(index, key).filter(entry::equals).isPresent())
            .count();
  }

  /** How many hints a node keeps for others. */
  public long hints(int index) {
    try {
      return engines.get(index).hintCounts().stream().mapToLong(count -> count.hints()).sum();
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
