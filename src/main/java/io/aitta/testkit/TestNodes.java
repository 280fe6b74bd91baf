package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.LocalNode;
import io.aitta.actor.ActorTransport;
import io.aitta.actor.MembershipChanged;
import io.aitta.actor.NodeGuardian;
import io.aitta.actor.NodePorts;
import io.aitta.actor.NodeSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The nodes of a test cluster in their ActorSystem: starts and stops them, and tells them of each
 * other in place of a cluster's membership. May be read by any thread; changed by one.
 */
final class TestNodes {
  private static final String DISPATCHER = "aitta.storage-dispatcher";
  private static final String CALLBACKS = "aitta.callback-dispatcher";

  private final ActorSystem<Void> system;
  private final NodeSettings settings;
  private final Map<Integer, NodeSettings> settingsOf; // of nodes that have their own
  private final Faults faults;
  private final TestStorage storage;
  private final Map<Integer, TestNode> running = new ConcurrentHashMap<>();
  private final Map<String, Integer> nodeAt = new ConcurrentHashMap<>();
  private final List<AtomicLong> clockOffsetsMillis = new CopyOnWriteArrayList<>(); // of all nodes
  private boolean everyNodeDrives;
  private int runs; // makes every run's actors addressable by a name of their own

  TestNodes(
      Config loaded,
      NodeSettings settings,
      Map<Integer, NodeSettings> settingsOf,
      Faults faults,
      TestStorage storage) {
    this.settings = settings;
    this.settingsOf = Map.copyOf(settingsOf);
    this.faults = faults;
    this.storage = storage;
    this.system =
        ActorSystem.create(
            Behaviors.empty(),
            "aitta-testkit",
            ConfigFactory.parseMap(
                    Map.of("pekko.actor.provider", "local", "pekko.jvm-exit-on-fatal-error", "off"))
                .withFallback(loaded));
  }

  ActorSystem<Void> system() {
    return system;
  }

  /** How many nodes there are, stopped ones included. */
  int size() {
    return clockOffsetsMillis.size();
  }

  void require(int index) {
    if (index < 0 || index >= size()) {
      throw new IllegalArgumentException(
          "node must be in [0, " + (size() - 1) + "], was [" + index + "]");
    }
  }

  boolean isRunning(int index) {
    return running.containsKey(index);
  }

  /** A node that runs. */
  TestNode running(int index) {
    require(index);
    TestNode node = running.get(index);
    if (node == null) {
      throw new IllegalArgumentException("node [" + index + "] does not run");
    }
    return node;
  }

  /** The nodes that run, in order. */
  List<Integer> running() {
    return running.keySet().stream().sorted().toList();
  }

  /** All that run. */
  Collection<TestNode> all() {
    return running.values();
  }

  /** Starts another node, and returns its number. */
  int launchNext() {
    clockOffsetsMillis.add(new AtomicLong());
    int index = size() - 1;
    launch(index);
    return index;
  }

  /** Starts a node that does not run. */
  void launch(int index) {
    String name = "node-" + index + "-run-" + ++runs;
    String base = "pekko://" + system.name() + "/system/" + name;
    NodeSettings own = settingsOf.getOrDefault(index, settings);
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
            NodeGuardian.create(own, ports), name, DispatcherSelector.fromConfig(DISPATCHER));
    TestNode node = new TestNode(base, ports, new LocalNode(own, ports), guardian);
    running.put(index, node);
    Waiting.until(
        () -> "node " + index + " runs: " + node.local().condition(),
        () -> ports.started().get().isPresent());
  }

  /** Stops a node at once, and tells nobody. */
  void stop(int index) {
    TestNode node = running(index);
    nodeAt.remove(node.base());
    running.remove(index);
    node.guardian().tell(NodeGuardian.Stop.INSTANCE);
    Waiting.until("node " + index + " stopped", () -> node.ports().stopped().isDone());
    tellDriver();
  }

  void shiftClock(int index, Duration offset) {
    clockOffsetsMillis.get(index).set(offset.toMillis());
  }

  /** Lets every node drive changes at once. */
  void letEveryNodeDrive() {
    everyNodeDrives = true;
    tellDriver();
  }

  /** In place of the Cluster Singleton: the oldest node drives changes. */
  private void tellDriver() {
    int oldest = running.keySet().stream().min(Integer::compare).orElse(-1);
    running.forEach((index, node) -> node.ports().drive(index == oldest || everyNodeDrives));
  }

  /** Tells every node which others there are. */
  void tellMembership() {
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

  /** Stops every node and the ActorSystem. */
  void close() {
    system.terminate();
    Waiting.until(
        "the test cluster stopped",
        () -> system.getWhenTerminated().toCompletableFuture().isDone());
  }
}
