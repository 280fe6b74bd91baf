package io.aitta;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What operators are told at the start: settings of Pekko that are dangerous together with Aitta,
 * and settings that do not exist.
 */
final class StartWarnings {
  private static final int ENVELOPE_BYTES = 4096; // paths, manifest and header of a message

  private static final String PHASE = "phases.before-cluster-shutdown.timeout";

  private StartWarnings() {}

  /**
   * One sentence for each.
   *
   * @param config the ActorSystem's
   * @param maxMessageBytes {@code aitta.wire.max-message-size}
   * @param leaving how long the node may give its data to others when it shuts down; zero if it
   *     does not
   */
  static List<String> of(Config config, int maxMessageBytes, Duration leaving) {
    List<String> warnings = new ArrayList<>();
    Config artery = config.getConfig("pekko.remote.artery");
    String host = artery.getString("canonical.hostname");
    String bound = artery.getString("bind.hostname");
    String exposed = !bound.isEmpty() && !isLoopback(bound) ? bound : host;
    if (artery.getString("transport").equals("tcp") && !isLoopback(exposed)) {
      warnings.add(
          "pekko.remote.artery.transport = tcp on ["
              + exposed
              + "]: anybody who reaches the port can stop this node; use tls-tcp");
    }
    if (config.getBoolean("pekko.actor.allow-java-serialization")) {
      warnings.add(
          "pekko.actor.allow-java-serialization = on: anybody who reaches the port can run code");
    }
    long frameBytes = artery.getBytes("advanced.maximum-frame-size");
    if (frameBytes < maxMessageBytes + ENVELOPE_BYTES) {
      warnings.add(
          "pekko.remote.artery.advanced.maximum-frame-size ["
              + frameBytes
              + "] must be above aitta.wire.max-message-size ["
              + maxMessageBytes
              + "] by ["
              + ENVELOPE_BYTES
              + "]: large frames will be lost");
    }
    if (config.getString("pekko.cluster.downing-provider-class").isEmpty()) {
      warnings.add(
          "pekko.cluster.downing-provider-class is empty: a node that crashed is never removed");
    }
    if (artery.getBoolean("untrusted-mode")) {
      warnings.add("pekko.remote.artery.untrusted-mode = on: no cluster can form");
    }
    Duration phase = phase(config.getConfig("pekko.coordinated-shutdown"));
    if (!leaving.isZero() && phase.compareTo(leaving) <= 0) {
      warnings.add(
          "pekko.coordinated-shutdown."
              + PHASE
              + " ["
              + phase.toMillis()
              + " ms] must be longer than aitta.reconfiguration.leave-timeout ["
              + leaving.toMillis()
              + " ms]: a node that shuts down is ended before it gave its data to others");
    }
    for (String key : UnknownSettings.of(config)) {
      warnings.add(key + " is no setting of this version, and is ignored");
    }
    return warnings;
  }

  /** How long Pekko lets a node stop. */
  private static Duration phase(Config shutdown) {
    return shutdown.getDuration(shutdown.hasPath(PHASE) ? PHASE : "default-phase-timeout");
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.startsWith("127.")
        || host.equals("::1")
        || host.equals("[::1]")
        || host.equals("<getLoopbackAddress>");
  }
}
