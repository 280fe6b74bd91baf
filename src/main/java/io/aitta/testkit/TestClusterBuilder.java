package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a {@link TestCluster}. Its time-outs are short, so that a test is. */
public final class TestClusterBuilder {
  private static final String DEFAULTS =
      """
      partitions = 32
      timeout = 5s
      liveness { greet-interval = 50ms, suspect-after = 500ms, dead-after = 1s }
      reconfiguration { interval = 50ms }
      """;

  private final int nodes;
  private final Map<Integer, Config> ofNodes = new HashMap<>();
  private Config overrides = ConfigFactory.empty();
  private String engine = "memory";
  private @Nullable Path directory; // null unless an engine with files was chosen

  TestClusterBuilder(int nodes) {
    if (nodes < 1 || nodes > 64) {
      throw new IllegalArgumentException("nodes must be in [1, 64], were [" + nodes + "]");
    }
    this.nodes = nodes;
  }

  /** Wants so many copies of every key; 3 by default. */
  public TestClusterBuilder replicationFactor(int copies) {
    return with("replication-factor", copies);
  }

  /** Lets operations take so long that do not say otherwise; 5 s by default. */
  public TestClusterBuilder timeout(Duration timeout) {
    return with("timeout", timeout.toMillis() + "ms");
  }

  /**
   * Keeps the nodes' data in another engine than the memory. Such an engine is closed when its node
   * is killed, and opened again when it is restarted with its data.
   *
   * @param engine {@code rocksdb}, or the class name of a {@link
   *     io.aitta.storage.StorageEngineProvider}
   * @param directory of this cluster alone: node i keeps its files in {@code node-i} below it. They
   *     stay when the cluster is closed; a cluster that is started on them is the same cluster
   */
  public TestClusterBuilder engine(String engine, Path directory) {
    if (engine.equals("memory")) {
      throw new IllegalArgumentException("engine [memory] is the default and keeps no files");
    }
    this.engine = engine;
    this.directory = directory;
    return this;
  }

  /** Sets any setting of the section {@code aitta}, for instance {@code hints.max-per-peer}. */
  public TestClusterBuilder with(String key, Object value) {
    overrides = overrides.withValue(key, ConfigValueFactory.fromAnyRef(value));
    return this;
  }

  /**
   * Puts a node in a zone: copies of a key go to different ones while there are enough.
   *
   * @param node its number, that of one which is added later too
   * @throws IllegalArgumentException if the number is negative
   */
  public TestClusterBuilder zone(int node, String zone) {
    return withOf(node, "zone", zone);
  }

  /**
   * Gives a node a share of the data relative to that of the others; 1 if it is given none.
   *
   * @param node its number, that of one which is added later too
   * @throws IllegalArgumentException if the number is negative
   */
  public TestClusterBuilder weight(int node, double weight) {
    return withOf(node, "weight", weight);
  }

  private TestClusterBuilder withOf(int node, String key, Object value) {
    if (node < 0) {
      throw new IllegalArgumentException("node must not be negative, was [" + node + "]");
    }
    ofNodes.merge(
        node,
        ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(value)),
        (before, more) -> more.withFallback(before));
    return this;
  }

  /** Starts the nodes, and waits until all serve and find each other alive. */
  public TestCluster start() {
    TestCluster cluster =
        new TestCluster(
            nodes,
            overrides.withFallback(ConfigFactory.parseString(DEFAULTS)),
            ofNodes,
            directory == null ? TestStorage.inMemory() : TestStorage.on(engine, directory));
    try {
      for (int i = 0; i < nodes; i++) {
        cluster.awaitReady(i);
      }
      cluster.awaitAllAlive();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }
}
