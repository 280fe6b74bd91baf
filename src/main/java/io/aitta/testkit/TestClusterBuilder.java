package io.aitta.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;

/** Describes a {@link TestCluster}. Its time-outs are short, so that a test is. */
public final class TestClusterBuilder {
  private static final String DEFAULTS =
      """
      partitions = 32
      timeout = 5s
      liveness { greet-interval = 50ms, suspect-after = 500ms, dead-after = 1s }
      """;

  private final int nodes;
  private Config overrides = ConfigFactory.empty();

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

  /** Sets any setting of the section {@code aitta}, for instance {@code hints.max-per-peer}. */
  public TestClusterBuilder with(String key, Object value) {
    overrides = overrides.withValue(key, ConfigValueFactory.fromAnyRef(value));
    return this;
  }

  /** Starts the nodes, and waits until all serve and find each other alive. */
  public TestCluster start() {
    TestCluster cluster =
        new TestCluster(nodes, overrides.withFallback(ConfigFactory.parseString(DEFAULTS)));
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
