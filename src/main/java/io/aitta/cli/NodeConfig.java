package io.aitta.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of one node of a local cluster. Three layers, the first wins: what makes the
 * node this one (ports, seeds, directory, what the cluster was made with), the user's file, and
 * {@code aitta-node.conf} with what suits a node that does nothing else.
 */
final class NodeConfig {
  private NodeConfig() {}

  static Config of(
      Path dataDirectory, ClusterFile cluster, ClusterFile.Node node, List<String> seeds) {
    Map<String, Object> own = new HashMap<>();
    own.put("pekko.actor.provider", "cluster");
    own.put("pekko.remote.artery.canonical.hostname", ClusterFile.HOST);
    own.put("pekko.remote.artery.canonical.port", node.arteryPort());
    own.put(
        "pekko.cluster.seed-nodes",
        seeds.stream().map(name -> cluster.node(name).address()).toList());
    own.put("aitta.storage.engine", cluster.engine());
    own.put("aitta.storage.directory", node.folder(dataDirectory).resolve("data").toString());
    own.put("aitta.storage.fsync", cluster.fsync());
    own.put("aitta.replication-factor", cluster.replicationFactor());
    own.put("aitta.bootstrap.nodes", cluster.nodes().size());
    own.put("aitta.http.host", ClusterFile.HOST);
    own.put("aitta.http.port", node.httpPort());
    Config users =
        cluster.config() == null ? ConfigFactory.empty() : read(Path.of(cluster.config()));
    try {
      return ConfigFactory.load(
          ConfigFactory.parseMap(own)
              .withFallback(users)
              .withFallback(ConfigFactory.parseResources("aitta-node.conf")));
    } catch (ConfigException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a user's file.
   *
   * @throws CommandFailure naming what is wrong with it
   */
  static Config read(Path file) {
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure unreadable(String why) {
    return CommandFailure.unavailable(
        "unreadable configuration: " + why.lines().findFirst().orElse(why));
  }
}
