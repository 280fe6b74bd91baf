package io.aitta.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a local cluster is made with. An option that is not given takes what was recorded. */
final class UpSettings {
  private static final int MAX_NODES = 64;

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes (default: 3).")
  private @Nullable Integer nodes;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Cluster port of node-1; node-2 has the next (default: 25601).")
  private @Nullable Integer port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "HTTP port of node-1; node-2 has the next (default: 8601).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "rocksdb or memory (default: rocksdb).")
  private @Nullable String engine;

  @Option(
      names = "--fsync",
      paramLabel = "POLICY",
      description = "every-batch, interval or none (default: every-batch).")
  private @Nullable String fsync;

  @Option(
      names = "--replication-factor",
      paramLabel = "K",
      description = "How many nodes hold each key (default: 3).")
  private @Nullable Integer replicationFactor;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Heap of each node, as -Xmx takes it (default: 512m).")
  private @Nullable String heap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "More settings for every node (HOCON).")
  private @Nullable Path config;

  /** The settings of a new cluster. */
  ClusterFile make() {
    int count = inRange("--nodes", Objects.requireNonNullElse(nodes, 3), 1, MAX_NODES);
    int first = Objects.requireNonNullElse(port, 25_601);
    int firstHttp = Objects.requireNonNullElse(httpPort, 8_601);
    inRange("--port", first, 1, 65_536 - count);
    inRange("--http-port", firstHttp, 1, 65_536 - count);
    if (Math.abs(first - firstHttp) < count) {
      throw CommandFailure.usage(
          "--port and --http-port must be at least ["
              + count
              + "] apart, were ["
              + first
              + "] and ["
              + firstHttp
              + "]");
    }
    return new ClusterFile(
        1,
        ClusterFile.nodes(count, first, firstHttp),
        oneOf("--engine", Objects.requireNonNullElse(engine, "rocksdb"), "rocksdb", "memory"),
        oneOf(
            "--fsync",
            Objects.requireNonNullElse(fsync, "every-batch"),
            "every-batch",
            "interval",
            "none"),
        inRange("--replication-factor", Objects.requireNonNullElse(replicationFactor, 3), 1, 64),
        checkedHeap(Objects.requireNonNullElse(heap, "512m")),
        config == null ? null : checkedConfig(config));
  }

  /**
   * The recorded settings of an existing cluster.
   *
   * @throws CommandFailure if an option says otherwise
   */
  ClusterFile matching(ClusterFile recorded) {
    ClusterFile.Node first = recorded.nodes().get(0);
    int count = recorded.nodes().size();
    if (nodes != null && nodes != count) {
      throw CommandFailure.usage(
          "--nodes is ["
              + nodes
              + "], but this cluster has ["
              + count
              + "]: leave it out, or name another directory with --data; 'aitta add' and 'aitta"
              + " leave' change it");
    }
    // node-1 may have left.
    same("--port", port, first.arteryPort() - first.number() + 1);
    same("--http-port", httpPort, first.httpPort() - first.number() + 1);
    same("--engine", engine, recorded.engine());
    same("--fsync", fsync, recorded.fsync());
    same("--replication-factor", replicationFactor, recorded.replicationFactor());
    same("--heap", heap, recorded.heap());
    same(
        "--config",
        config == null ? null : config.toAbsolutePath().normalize().toString(),
        recorded.config());
    return recorded;
  }

  private static void same(String option, @Nullable Object given, @Nullable Object recorded) {
    if (given != null && !given.equals(recorded)) {
      throw CommandFailure.usage(
          option
              + " is ["
              + given
              + "], but this cluster was made "
              + (recorded == null ? "without" : "with [" + recorded + "]")
              + ": leave it out, or name another directory with --data");
    }
  }

  private static int inRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage(
          option + " must be in [" + least + ", " + most + "], was [" + value + "]");
    }
    return value;
  }

  private static String oneOf(String option, String value, String... choices) {
    if (!List.of(choices).contains(value)) {
      throw CommandFailure.usage(
          option + " must be one of " + String.join(", ", choices) + ", was [" + value + "]");
    }
    return value;
  }

  private static String checkedHeap(String heap) {
    if (!heap.matches("[1-9][0-9]{0,9}[kKmMgG]?")) {
      throw CommandFailure.usage("--heap must be a size as in 512m or 2g, was [" + heap + "]");
    }
    return heap;
  }

  private static String checkedConfig(Path config) {
    Path file = config.toAbsolutePath().normalize();
    if (!UpCommand.isReadable(file)) {
      throw CommandFailure.usage("--config must be a readable file, was [" + file + "]");
    }
    NodeConfig.read(file);
    return file.toString();
  }
}
