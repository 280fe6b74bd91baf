package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.actor.NodeSettings;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AittaSettingsTest {
  private static final Config REFERENCE =
      ConfigFactory.parseResources("reference.conf").getConfig("aitta");

  /** Read elsewhere: by the extension, the HTTP API and Pekko. */
  private static final Set<String> READ_ELSEWHERE =
      Set.of("role", "http", "request-dispatcher", "storage-dispatcher", "callback-dispatcher");

  private static Config with(String overrides) {
    return ConfigFactory.parseString(overrides).withFallback(REFERENCE);
  }

  private static String refused(Config config) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> AittaSettings.read(config))
            .getMessage());
  }

  @Test
  void everyKeyOfTheReferenceIsReadAndNoOther() {
    Set<String> unused = new TreeSet<>();
    Set<String> keys = new TreeSet<>();
    REFERENCE.entrySet().forEach(entry -> keys.add(entry.getKey()));
    keys.removeIf(key -> READ_ELSEWHERE.contains(key.replaceFirst("\\..*", "")));
    assertTrue(keys.size() > 20, keys.toString());
    for (String key : keys) {
      try {
        AittaSettings.read(REFERENCE.withoutPath(key));
        unused.add(key);
      } catch (IllegalArgumentException e) {
        assertTrue(e.toString().contains("aitta." + key), e.toString());
      }
    }
    assertEquals(Set.of(), unused);
    Config alone = REFERENCE;
    for (String key : READ_ELSEWHERE) {
      alone = alone.withoutPath(key);
    }
    assertEquals(AittaSettings.read(REFERENCE), AittaSettings.read(alone));
  }

  @Test
  void everyKeyHasAnExplanationAboveIt() {
    REFERENCE
        .entrySet()
        .forEach(
            entry -> {
              String key = entry.getKey();
              if (!key.contains("-dispatcher.") && !key.startsWith("http.server.")) {
                assertTrue(!entry.getValue().origin().comments().isEmpty(), key);
              }
            });
  }

  @Test
  void theDefaultsAreThoseOfTheContract() {
    NodeSettings settings = AittaSettings.read(REFERENCE);
    assertEquals(3, settings.shape().replicationFactor());
    assertEquals(256, settings.shape().partitions());
    assertEquals(1024, settings.maxKeyBytes());
    assertEquals(1 << 20, settings.maxValueBytes());
    assertEquals(Duration.ofSeconds(3), settings.timeout());
    assertEquals("memory", settings.engine());
    assertEquals(StorageSettings.Fsync.EVERY_BATCH, settings.storage().fsync());
  }

  @Test
  void readsWhatIsSet() {
    NodeSettings settings =
        AittaSettings.read(
            with(
                "zone = z, weight = 2.5, bootstrap.nodes = 5, timeout = 1s, max-timeout = 1s,"
                    + " storage { directory = d, fsync = Interval, fsync-interval = 5ms },"
                    + " hints.max-per-peer = 0"));
    assertEquals("z", settings.zone());
    assertEquals(2.5, settings.weight());
    assertEquals(5, settings.bootstrapNodes());
    assertEquals(Duration.ofSeconds(1), settings.timeout());
    assertEquals(Path.of("d"), settings.storage().directory());
    assertEquals(StorageSettings.Fsync.INTERVAL, settings.storage().fsync());
    assertEquals(Duration.ofMillis(5), settings.storage().fsyncInterval());
    assertEquals(0, settings.maxHintsPerPeer());
  }

  @Test
  void partitionsAreRecoveredAfterAnHourOrNever() {
    assertEquals(
        Duration.ofHours(1), AittaSettings.read(REFERENCE).reconfiguration().recoverAfter());
    assertNull(
        AittaSettings.read(with("reconfiguration.recover-after = off"))
            .reconfiguration()
            .recoverAfter());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "partitions = 0 | aitta.partitions must be in [1, 32768], was [0]",
        "replication-factor = 65 | aitta.replication-factor must be in [1, 64], was [65]",
        "bootstrap.nodes = -1 | aitta.bootstrap.nodes must be in [0, 1000], was [-1]",
        "weight = 0 | aitta.weight must be in (0, 1000000], was [0.0]",
        "max-timeout = 2h | aitta.max-timeout must be in [1 ms, 3600000 ms], was [7200000 ms]",
        "timeout = 31s | aitta.timeout must be in [1 ms, 30000 ms], was [31000 ms]",
        "timeout = 0s | aitta.timeout must be in [1 ms, 30000 ms], was [0 ms]",
        "max-key-size = 1025 | aitta.max-key-size must be in [1, 1024] bytes, was [1025]",
        "max-value-size = 0 | aitta.max-value-size must be in [1, 67108864] bytes, was [0]",
        "max-requests = 0 | aitta.max-requests must be in [1, 10000000], was [0]",
        "read-head-start = -1ms | aitta.read-head-start must be in [0 ms, 60000 ms], was [-1 ms]",
        "clock-bound = 0s | aitta.clock-bound must be in [1 ms, 3600000 ms], was [0 ms]",
        "remembered-versions = 0 | aitta.remembered-versions must be in [1, 100000000], was [0]",
        "link.max-size = 1MiB | aitta.link.max-size must be at least one value of"
            + " aitta.max-value-size, and its key, was [1048576]",
        "link.max-frame-size = 193KiB | aitta.link.max-frame-size must be in [1024, 196608] bytes,"
            + " was [197632]",
        "link.frame-timeout = 0s | aitta.link.frame-timeout must be in [1 ms, 3600000 ms], was [0"
            + " ms]",
        "wire.max-unfinished-size = 1MiB | aitta.wire.max-unfinished-size must be at least two"
            + " values of aitta.max-value-size, was [1048576]",
        "liveness.dead-after = 1s | aitta.liveness.dead-after must be in [2000 ms, 3600000 ms],"
            + " was [1000 ms]",
        "liveness.greet-interval = 1500ms | aitta.liveness.greet-interval must be in [5 ms, 1000"
            + " ms], was [1500 ms]",
        "reconfiguration.recover-after = 599s | aitta.reconfiguration.recover-after must be in"
            + " [600000 ms, 31536000000 ms], was [599000 ms]",
        "storage.fsync = often | aitta.storage.fsync must be one of every-batch, interval, none,"
            + " was [often]"
      })
  void whatIsOutOfRangeOrRelationIsRefusedWithItsFullKey(String override, String message) {
    assertEquals(message, refused(with(override)));
  }

  @Test
  void whatHasAnotherTypeIsRefusedWithItsFullKey() {
    Map.of("partitions", "many", "timeout", "soon", "max-value-size", "large", "weight", "heavy")
        .forEach(
            (key, value) -> {
              String message = refused(with(key + " = " + value));
              assertTrue(message.contains("aitta." + key), message);
            });
  }
}
