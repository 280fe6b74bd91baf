package io.aitta;

import com.typesafe.config.Config;
import io.aitta.actor.NodeSettings;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;

/** Tells operators at the start which of Pekko's settings are dangerous together with Aitta. */
final class StartWarnings {
  private StartWarnings() {}

  static void log(ActorSystem<?> system, NodeSettings settings) {
    Config pekko = system.settings().config().getConfig("pekko");
    Logger log = system.log();
    String host = pekko.getString("remote.artery.canonical.hostname");
    boolean isLoopback = host.equals("localhost") || host.startsWith("127.");
    if (pekko.getString("remote.artery.transport").equals("tcp") && !isLoopback) {
      log.warn(
          "pekko.remote.artery.transport = tcp on [{}]: anybody who reaches the port can stop this"
              + " node; use tls-tcp",
          host);
    }
    if (pekko.getBoolean("actor.allow-java-serialization")) {
      log.warn(
          "pekko.actor.allow-java-serialization = on: anybody who reaches the port can run code");
    }
    if (pekko.getBytes("remote.artery.advanced.maximum-frame-size") < settings.maxMessageBytes()) {
      log.warn(
          "pekko.remote.artery.advanced.maximum-frame-size is below aitta.wire.max-message-size"
              + " [{}]: large frames will be lost",
          settings.maxMessageBytes());
    }
    if (pekko.getString("cluster.downing-provider-class").isEmpty()) {
      log.warn(
          "pekko.cluster.downing-provider-class is empty: a node that crashed is never removed");
    }
    if (pekko.getBoolean("remote.artery.untrusted-mode")) {
      log.warn("pekko.remote.artery.untrusted-mode = on: no cluster can form");
    }
  }
}
