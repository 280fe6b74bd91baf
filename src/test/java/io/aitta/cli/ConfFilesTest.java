package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.status.Status;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.aitta.AittaSettings;
import io.aitta.http.HttpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a deployment copies is read as a node reads it. */
final class ConfFilesTest {
  private static final Path CONF = Path.of("conf");
  private static final Path KUBERNETES = CONF.resolve("kubernetes");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("AITTA_TLS_DIR", "/tls", "POD_NAME", "aitta-1", "AITTA_DOMAIN", "aitta.ns.svc");

  @ParameterizedTest
  @ValueSource(strings = {"node.conf", "tls.conf", "kubernetes/node.conf"})
  void isReadWithTheNodesOwnReaders(String file) {
    Config config = load(file);
    assertEquals(3, AittaSettings.read(config.getConfig("aitta")).shape().replicationFactor());
    assertEquals(8_601, HttpSettings.of(config).port());
  }

  @Test
  void tlsAsksForCertificatesOnBothSides() {
    Config artery = load("tls.conf").getConfig("pekko.remote.artery");
    assertEquals("tls-tcp", artery.getString("transport"));
    assertEquals("/tls/tls.key", artery.getString("ssl.rotating-keys-engine.key-file"));
  }

  @Test
  void loggingIsReadWithoutAComplaint() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(CONF.resolve("logback.xml").toFile());
    assertEquals(
        List.of(),
        context.getStatusManager().getCopyOfStatusList().stream()
            .filter(status -> status.getLevel() > Status.INFO)
            .toList());
    assertEquals(Level.WARN, context.getLogger("org.apache.pekko").getLevel());
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.conf", "kubernetes/node.conf"})
  void aNodeThatStopsIsGivenTheTimeToGiveItsDataAway(String file) throws Exception {
    Config config = load(file);
    Duration leaving = config.getDuration("aitta.reconfiguration.leave-timeout");
    Duration phase =
        config.getDuration("pekko.coordinated-shutdown.phases.before-cluster-shutdown.timeout");
    assertTrue(phase.compareTo(leaving) > 0, phase + " for " + leaving);
    String yaml = Files.readString(KUBERNETES.resolve("statefulset.yaml"));
    int killed = Integer.parseInt(only(yaml, "terminationGracePeriodSeconds: ([0-9]+)"));
    assertTrue(killed > phase.toSeconds() + 20, killed + " for " + phase);
  }

  @Test
  void thePodsAreThoseThatTheNodesExpect() throws Exception {
    String yaml = Files.readString(KUBERNETES.resolve("statefulset.yaml"));
    Config config = load("kubernetes/node.conf");
    int replicas = Integer.parseInt(only(yaml, "replicas: ([0-9]+)"));
    assertEquals(replicas, config.getInt("aitta.bootstrap.nodes"));
    List<String> seeds = config.getStringList("pekko.cluster.seed-nodes");
    assertEquals(replicas, seeds.size());
    String own = config.getString("pekko.remote.artery.canonical.hostname");
    int port = config.getInt("pekko.remote.artery.canonical.port");
    assertEquals("pekko://app@" + own + ":" + port, seeds.get(1));
    assertTrue(yaml.contains("containerPort: " + port), "port " + port);
    assertTrue(yaml.contains("containerPort: " + HttpSettings.of(config).port()));
    assertTrue(yaml.contains("{path: /health/ready, port: http}"));
    assertTrue(yaml.contains("{path: /health/live, port: http}"));
    assertTrue(yaml.contains("name: POD_NAME") && yaml.contains("name: AITTA_DOMAIN"));
    assertTrue(
        config
            .getString("aitta.storage.directory")
            .startsWith(only(yaml, "mountPath: ([a-z/]+)") + "/"));
  }

  private static String only(String text, String pattern) {
    List<String> found =
        Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
    assertEquals(1, found.size(), pattern);
    return found.get(0);
  }

  private static Config load(String file) {
    return ConfigFactory.load(
        ConfigFactory.parseFile(
                CONF.resolve(file).toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
            .withFallback(ConfigFactory.parseMap(ENVIRONMENT)));
  }
}
