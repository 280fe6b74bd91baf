package io.aitta.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.aitta.UnknownSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration of one node of a local cluster. Three layers, the first wins: what makes the
 * node this one (ports, seeds, directory, what the cluster was made with), the user's file, and
 * {@code aitta-node.conf} with what suits a node that does nothing else.
 */
final class NodeConfig {
  private static final Config DEFAULTS = ConfigFactory.parseResources("aitta-node.conf");

  /** What the command says itself, and a user's file may not, with what to use instead. */
  private static final Map<String, String> OWNED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("pekko.actor.provider", "it is always cluster"),
              Map.entry(
                  "pekko.remote.artery.canonical.hostname", "it is always " + ClusterFile.HOST),
              Map.entry("pekko.remote.artery.canonical.port", "use --port"),
              Map.entry("pekko.cluster.seed-nodes", "they follow from the nodes that run"),
              Map.entry("aitta.storage.engine", "use --engine"),
              Map.entry("aitta.storage.directory", "use --data"),
              Map.entry("aitta.storage.fsync", "use --fsync"),
              Map.entry("aitta.replication-factor", "use --replication-factor"),
              Map.entry("aitta.bootstrap.nodes", "use --nodes"),
              Map.entry("aitta.http.host", "it is always " + ClusterFile.HOST),
              Map.entry("aitta.http.port", "use --http-port")));

  private NodeConfig() {}

  static Config of(
      Path dataDirectory, ClusterFile cluster, ClusterFile.Node node, List<String> seeds) {
    Map<String, Object> own = new HashMap<>(); // the keys of OWNED
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
          ConfigFactory.parseMap(own).withFallback(users).withFallback(DEFAULTS));
    } catch (ConfigException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a user's file.
   *
   * @throws CommandFailure naming what is wrong with it: that it cannot be read, that it says what
   *     is the command's to say, or that a key below {@code aitta} is no setting
   */
  static Config read(Path file) {
    try {
      Config users =
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      Config resolved = users.resolveWith(ConfigFactory.load(users.withFallback(DEFAULTS)));
      OWNED.forEach(
          (key, instead) -> {
            if (resolved.hasPathOrNull(key)) {
              throw refused(key + " cannot be set in " + file + ": " + instead);
            }
          });
      List<String> unknown = UnknownSettings.of(resolved);
      if (!unknown.isEmpty()) {
        throw refused(
            "no setting of this version is "
                + String.join(", nor ", unknown)
                + ", which "
                + file
                + " names");
      }
      return users;
    } catch (ConfigException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure refused(String why) {
    return CommandFailure.unavailable("unusable configuration: " + why);
  }

  private static CommandFailure unreadable(String why) {
    return CommandFailure.unavailable(
        "unreadable configuration: " + why.lines().findFirst().orElse(why));
  }
}
