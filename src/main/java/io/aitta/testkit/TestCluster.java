package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.aitta.AittaNode;
import io.aitta.AittaSettings;
import io.aitta.ClusterEvents;
import io.aitta.Store;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;

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
  private static final int FAULTS = 20;
  private static final Duration LONGEST_COUNTED_LOSS = Duration.ofSeconds(10);

  private final NodeSettings settings;
  private final Faults faults = new Faults();
  private final TestStorage storage;
  private final TestNodes nodes;

  TestCluster(int founders, Config overrides, Map<Integer, Config> ofNodes, TestStorage storage) {
    this.storage = storage;
    Config loaded = ConfigFactory.load();
    Config common =
        overrides
            .withFallback(loaded.getConfig("aitta"))
            .withValue("bootstrap.nodes", ConfigValueFactory.fromAnyRef(founders));
    this.settings = AittaSettings.read(common);
    Map<Integer, NodeSettings> settingsOf = new HashMap<>();
    ofNodes.forEach(
        (node, own) -> settingsOf.put(node, AittaSettings.read(own.withFallback(common))));
    this.nodes = new TestNodes(loaded, settings, settingsOf, faults, storage);
    try {
      for (int i = 0; i < founders; i++) {
        nodes.launchNext();
      }
      nodes.tellMembership();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Describes a cluster of so many nodes. */
  public static TestClusterBuilder of(int nodes) {
    return new TestClusterBuilder(nodes);
  }

  /** Lets every node drive changes at once, as after a partition of the network. */
  void letEveryNodeDrive() {
    nodes.letEveryNodeDrive();
  }

  /** How many nodes there are, killed ones included. */
  public int size() {
    return nodes.size();
  }

  /** The nodes that run, in order: neither killed nor gone. */
  public List<Integer> running() {
    return nodes.running();
  }

  /** A running node's API. */
  public AittaNode node(int index) {
    return nodes.running(index).local();
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
    return nodes.running(index).local().id();
  }

  /** The running nodes that are replicas of a key, in preference order. */
  public List<Integer> replicasOf(Key key) {
    List<PartitionStatus> partitions = node(running().get(0)).partitions();
    PartitionId partition = PartitionId.of(key, partitions.size());
    return partitions.get(partition.value()).members().stream()
        .flatMap(member -> running().stream().filter(index -> id(index).equals(member)))
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
    nodes.require(index);
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
    nodes.require(index);
    faults.drop(index, isDropping);
  }

  /** Cuts a node off from all others, both ways, or mends it: they find it suspect, then dead. */
  public void isolate(int index, boolean isIsolated) {
    nodes.require(index);
    faults.isolate(index, isIsolated);
  }

  /** Cuts the link between two nodes, both ways, or mends it. */
  public void cut(int one, int other, boolean isCut) {
    nodes.require(one);
    nodes.require(other);
    faults.cut(one, other, isCut);
    faults.cut(other, one, isCut);
  }

  /**
   * Sets a node's wall clock off from the true time, across its restarts; zero sets it right. A
   * node that is further ahead of most others than {@code aitta.clock-bound} refuses puts once they
   * have greeted it.
   */
  public void shiftClock(int index, Duration offset) {
    nodes.require(index);
    nodes.shiftClock(index, offset);
  }

  /** Ends every delay, loss, cut and isolation. Clocks stay as they are. */
  public void heal() {
    faults.heal();
  }

  /** Bounds of faults that fit this cluster as it is now; {@link FaultBounds#of} says which. */
  public FaultBounds faultBounds() {
    return FaultBounds.of(size(), settings.shape().replicationFactor());
  }

  /** Faults drawn from a seed, {@value #FAULTS} of them, within {@link #faultBounds}. */
  public SeededFaults faults(long seed) {
    return faults(FaultPlan.of(seed, FAULTS, faultBounds()));
  }

  /**
   * Faults by a plan that was drawn for as many nodes as there are.
   *
   * @throws IllegalArgumentException if there are not as many, or some do not run; or if they lose
   *     data and {@code reconfiguration.replace-after} is longer than 10 s, so that copies that are
   *     lost would be counted on
   */
  public SeededFaults faults(FaultPlan plan) {
    Duration replaceAfter = settings.reconfiguration().replaceAfter();
    if (plan.bounds().nodes() != size() || running().size() != size()) {
      throw new IllegalArgumentException(
          "a plan for [%d] nodes, of [%d] run [%d]"
              .formatted(plan.bounds().nodes(), size(), running().size()));
    }
    if (plan.bounds().losesData() && replaceAfter.compareTo(LONGEST_COUNTED_LOSS) > 0) {
      throw new IllegalArgumentException(
          "reconfiguration.replace-after must be at most [%s], was [%s]"
              .formatted(LONGEST_COUNTED_LOSS, replaceAfter));
    }
    return new SeededFaults(this, faults, plan);
  }

  /** Ends a node at once: what is in flight is lost, what was stored stays for {@link #restart}. */
  public void kill(int index) {
    nodes.stop(index);
  }

  /**
   * Removes every killed node from the membership, as a downing provider does with nodes that are
   * gone for good: what only they held is given up after {@code
   * aitta.reconfiguration.recover-after}. One that is started again is a member again.
   */
  public void removeKilled() {
    nodes.tellMembership();
  }

  /**
   * Adds an empty node, which joins the cluster and takes over its share of the data.
   *
   * @return its number
   */
  public int add() {
    int index = nodes.launchNext();
    nodes.tellMembership();
    return index;
  }

  /** Lets a node give its data to the others, waits until they have it, and stops it. */
  public void leave(int index) {
    CompletableFuture<Done> left = node(index).leave().toCompletableFuture();
    Waiting.until("node " + index + " gave its data to others", left::isDone);
    if (left.isCompletedExceptionally()) {
      throw new IllegalStateException("nobody is there to take what node [" + index + "] holds");
    }
    kill(index);
    nodes.tellMembership();
  }

  /**
   * Waits until every partition is where the nodes that run are to hold it, and every node knows.
   */
  public void awaitSettled() {
    Waiting.until("every partition is where it belongs", this::isSettled);
  }

  /** Whether every partition is where the nodes that run are to hold it, and every node knows. */
  public boolean isSettled() {
    return nodes.all().stream()
        .allMatch(node -> node.local().isSettled() && isStable(node.ports().service().get()));
  }

  /** Whether some partition is about to move, as some node knows. */
  public boolean isChanging() {
    return nodes.all().stream().anyMatch(node -> !isStable(node.ports().service().get()));
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
    nodes.require(index);
    if (nodes.isRunning(index)) {
      throw new IllegalArgumentException("node [" + index + "] runs already");
    }
    if (!withData) {
      storage.wipe(index);
    }
    nodes.launch(index);
    nodes.tellMembership();
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
    for (int observer : running()) {
      for (int peer : running()) {
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
    nodes.require(index);
    PartitionId partition = PartitionId.of(key, settings.shape().partitions());
    try {
      return ask(index, engine -> Optional.ofNullable(engine.read(partition, key)));
    } catch (StorageException e) {
      throw new IllegalStateException("node [" + index + "] cannot be probed", e);
    }
  }

  private <T> T ask(int index, TestStorage.Question<T> question) throws StorageException {
    return storage.ask(index, nodes.isRunning(index), settings.storage(), question);
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
    return ClusterEvents.listen(system(), listener);
  }

  /** How many hints a node keeps for others. */
  public long hints(int index) {
    nodes.require(index);
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
    return nodes.system();
  }

  StartedNode started(int index) {
    return nodes.running(index).ports().started().get().orElseThrow();
  }

  /** Stops every node and the ActorSystem. */
  @Override
  public void close() {
    nodes.close();
  }
}
