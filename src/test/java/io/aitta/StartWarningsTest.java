package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartWarningsTest {
  private static final int MAX_MESSAGE_BYTES = 192 << 10;
  private static final Config SAFE =
      ConfigFactory.parseString(
              """
              pekko.remote.artery { transport = tcp, canonical.hostname = 127.0.0.1 }
              pekko.cluster.downing-provider-class = "org.example.Downing"
              """)
          .withFallback(ConfigFactory.load());

  private static List<String> warnings(String overrides) {
    return StartWarnings.of(
        ConfigFactory.parseString(overrides).withFallback(SAFE).resolve(),
        MAX_MESSAGE_BYTES,
        Duration.ZERO);
  }

  @Test
  void aSafeNodeHasNone() {
    assertEquals(List.of(), warnings(""));
  }

  @ParameterizedTest
  @CsvSource({
    "pekko.remote.artery.canonical.hostname = 10.0.0.1, pekko.remote.artery.transport",
    "pekko.remote.artery.canonical.hostname = <getHostAddress>, pekko.remote.artery.transport",
    "pekko.remote.artery.bind.hostname = 0.0.0.0, pekko.remote.artery.transport",
    "pekko.actor.allow-java-serialization = on, pekko.actor.allow-java-serialization",
    "pekko.remote.artery.advanced.maximum-frame-size = 192KiB, aitta.wire.max-message-size",
    "pekko.cluster.downing-provider-class = \"\", pekko.cluster.downing-provider-class",
    "pekko.remote.artery.untrusted-mode = on, pekko.remote.artery.untrusted-mode",
    "aitta.max-valu-size = 5, aitta.max-valu-size",
    "aitta.nosuch.max-size = 5, aitta.nosuch.max-size"
  })
  void eachDangerIsNamedByItsSetting(String override, String named) {
    List<String> warnings = warnings(override.replace("<getHostAddress>", "\"<getHostAddress>\""));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains(named), warnings.get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "pekko.remote.artery.canonical.hostname = \"::1\"",
    "pekko.remote.artery.canonical.hostname = localhost",
    "pekko.remote.artery.bind.hostname = 127.0.0.2",
    "'pekko.remote.artery { canonical.hostname = 10.0.0.1, transport = tls-tcp }'"
  })
  void loopbackAndTlsAreSafe(String override) {
    assertEquals(List.of(), warnings(override));
  }

  @ParameterizedTest
  @CsvSource({
    "aitta.http.server.idle-timeout = 70 s",
    "aitta.storage-dispatcher.shutdown-timeout = 2 s",
    "aitta.max-value-size = 2 MiB",
    "app.nosuch = 1"
  })
  void settingsThatExistAndThoseOfOthersAreSafe(String override) {
    assertEquals(List.of(), warnings(override));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 30, true",
    "'', 0, false",
    "'', 4, false",
    "pekko.coordinated-shutdown.phases.before-cluster-shutdown.timeout = 40 s, 30, false",
    "pekko.coordinated-shutdown.phases.before-cluster-shutdown.timeout = 30 s, 30, true",
    "pekko.coordinated-shutdown.default-phase-timeout = 31 s, 30, false"
  })
  void aNodeThatLeavesOnShutdownIsGivenTheTime(String override, int seconds, boolean isWarned) {
    Config config = ConfigFactory.parseString(override).withFallback(SAFE).resolve();
    List<String> warnings =
        StartWarnings.of(config, MAX_MESSAGE_BYTES, Duration.ofSeconds(seconds));
    assertEquals(isWarned ? 1 : 0, warnings.size(), warnings.toString());
    assertTrue(
        warnings.stream().allMatch(one -> one.contains("aitta.reconfiguration.leave-timeout")),
        warnings.toString());
  }

  @Test
  void thePekkoDefaultsAreWarnedOf() {
    List<String> warnings =
        StartWarnings.of(ConfigFactory.load(), MAX_MESSAGE_BYTES, Duration.ZERO);
    assertEquals(2, warnings.size(), warnings.toString());
  }
}
