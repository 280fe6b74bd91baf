package io.aitta.multijvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitta.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of processes on 127.0.0.1, each the node of {@code bin/aitta}. Registered in a field it
 * is started before each test, in a static field before all, and every process is ended after it,
 * whatever the test did. What the nodes said is kept in {@code target/multi-jvm} and printed if a
 * test failed.
 */
final class ProcessCluster
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final int count;
  private String engine = "rocksdb";
  private String settings = "";
  private int copies = 3;
  private int smallDisk; // of which node; 0 of none
  private boolean isNetworked;
  private @Nullable Network network;
  private final List<ProcessNode> nodes = new ArrayList<>();
  private Path directory = Path.of("target", "multi-jvm");
  private boolean isForAll;

  private ProcessCluster(int count) {
    this.count = count;
  }

  /** Nodes on RocksDB, with the settings that a user gets. */
  static ProcessCluster ofNodes(int count) {
    return new ProcessCluster(count);
  }

  ProcessCluster onEngine(String name) {
    engine = name;
    return this;
  }

  /** More settings for every node (HOCON). */
  ProcessCluster with(String more) {
    settings = more;
    return this;
  }

  /** The replication factor, if not 3. */
  ProcessCluster replicated(int times) {
    copies = times;
    return this;
  }

  /** Its nodes reach each other over a {@link #network} that can be cut. */
  ProcessCluster networked() {
    isNetworked = true;
    return this;
  }

  /** One node, by its number, has a {@link SmallDisk}; skipped where there can be none. */
  ProcessCluster onSmallDisk(int number) {
    smallDisk = number;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    isForAll = true;
    begin(context.getRequiredTestClass().getSimpleName());
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (!isForAll) {
      begin(
          context.getRequiredTestClass().getSimpleName()
              + "/"
              + context.getRequiredTestMethod().getName());
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!isForAll) {
      end();
    }
    if (context.getExecutionException().isPresent()) {
      nodes.forEach(ProcessNode::printEndOfLog);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end();
    if (context.getExecutionException().isPresent()) {
      nodes.forEach(ProcessNode::printEndOfLog);
    }
  }

  List<ProcessNode> nodes() {
    return nodes;
  }

  /** The node of a number, from 1. */
  ProcessNode node(int number) {
    return nodes.get(number - 1);
  }

  Path directory() {
    return directory;
  }

  /** What connects its nodes, if it is {@link #networked}. */
  Network network() {
    return Objects.requireNonNull(network, "not networked");
  }

  /** Starts one more, empty node, as {@code aitta add} would. */
  ProcessNode add() {
    int port = FreePorts.next(2);
    ProcessNode added = new ProcessNode("node-" + (nodes.size() + 1), port, port + 1, directory);
    nodes.add(added);
    try {
      writeClusterFile(directory, engine, nodes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startAmongRunning(added);
    return added;
  }

  /** Starts all nodes, in this order, and waits until each serves and sees the others alive. */
  void startAll(List<ProcessNode> order) {
    List<String> seeds = order.stream().map(ProcessNode::name).toList();
    order.forEach(node -> node.start(seeds));
    Await.until(
        "all nodes are ready",
        () -> {
          for (ProcessNode node : order) {
            if (!node.isRunning()) {
              throw new AssertionError(node.name() + " ended: " + node.complaints());
            }
          }
          return order.stream().allMatch(node -> node.client().isReady()) ? null : "some are not";
        });
    awaitAllAlive();
  }

  /** Starts a node again among those that run, and waits until it serves. */
  void startAgain(ProcessNode node) {
    startAmongRunning(node);
    awaitReady(node);
  }

  /** Starts a node again among those that run. */
  void startAmongRunning(ProcessNode node) {
    // Whoever is the first of its own seeds may found a cluster alone.
    List<String> seeds = new ArrayList<>();
    nodes.stream().filter(ProcessNode::isRunning).forEach(running -> seeds.add(running.name()));
    seeds.add(node.name());
    node.start(seeds);
  }

  void awaitReady(ProcessNode node) {
    Await.until(
        node.name() + " is ready",
        () -> {
          if (!node.isRunning()) {
            throw new AssertionError(node.name() + " ended: " + node.complaints());
          }
          return node.client().isReady() ? null : "it is not";
        });
  }

  /** Waits until every node serves and sees every other alive and serving. */
  void awaitAllAlive() {
    nodes.forEach(this::awaitReady);
    for (ProcessNode node : nodes) {
      for (ProcessNode peer : nodes) {
        awaitPeer(
            node,
            peer,
            "alive and ready",
            status ->
                status.path("state").asText().equals("ALIVE")
                    && status.path("report").path("ready").asBoolean());
      }
    }
  }

  /** Waits until a node sees a peer in one of some states. */
  void awaitState(ProcessNode node, ProcessNode peer, String... states) {
    awaitPeer(
        node,
        peer,
        String.join(" or ", states),
        status -> List.of(states).contains(status.path("state").asText()));
  }

  /** Waits until a node says something of the peer that is a member at an address. */
  void awaitPeer(ProcessNode node, ProcessNode peer, String what, Predicate<JsonNode> condition) {
    Await.until(
        node.name() + " sees " + peer.name() + " " + what,
        () -> {
          JsonNode cluster = node.client().cluster();
          JsonNode status = member(cluster, peer);
          return status != null && condition.test(status) ? null : cluster.toString();
        });
  }

  private static @Nullable JsonNode member(JsonNode cluster, ProcessNode peer) {
    for (JsonNode status : cluster.path("peers")) {
      if (status.path("address").asText().equals(peer.address())
          && status.path("member").asBoolean()) {
        return status;
      }
    }
    return null;
  }

  private void begin(String name) throws IOException {
    directory = Path.of("target", "multi-jvm").resolve(name).toAbsolutePath();
    delete(directory);
    Files.createDirectories(directory);
    nodes.clear();
    int firstPort = FreePorts.next(3 * count);
    for (int i = 0; i < count; i++) {
      nodes.add(
          new ProcessNode("node-" + (i + 1), firstPort + i, firstPort + count + i, directory));
    }
    if (isNetworked) {
      network = new Network(nodes, firstPort + 2 * count);
    }
    if (smallDisk > 0) {
      SmallDisk.give(node(smallDisk));
    }
    writeClusterFile(directory, engine, nodes);
    startAll(nodes);
  }

  /** Writes what {@code aitta up} would have recorded. */
  void writeClusterFile(Path folder, String engineName, List<ProcessNode> listed)
      throws IOException {
    Path more = Files.writeString(folder.resolve("more.conf"), settings);
    List<String> entries = new ArrayList<>();
    for (ProcessNode node : listed) {
      entries.add(
          """
          {"name": "%s", "arteryPort": %d, "httpPort": %d}\
          """
              .formatted(node.name(), node.arteryPort(), node.httpPort()));
    }
    Files.writeString(
        folder.resolve("cluster.json"),
        """
        {
          "format": 1, "nodes": [%s], "engine": "%s", "fsync": "every-batch",
          "replicationFactor": %d, "heap": "256m", "config": "%s"
        }
        """
            .formatted(String.join(", ", entries), engineName, copies, more));
  }

  private void end() {
    // A stopped process can be killed too.
    nodes.forEach(ProcessNode::killSoon);
    nodes.stream().filter(ProcessNode::isRunning).forEach(ProcessNode::awaitEnd);
    nodes.forEach(ProcessNode::resume);
    if (network != null) {
      network.close();
      network = null;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
