package io.aitta;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.aitta.actor.ComparisonSettings;
import io.aitta.actor.LinkSettings;
import io.aitta.actor.NodeSettings;
import io.aitta.actor.ReconfigurationSettings;
import io.aitta.model.ClusterShape;
import io.aitta.model.Key;
import io.aitta.model.PartitionId;
import io.aitta.repair.AntiEntropySettings;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the section {@code aitta} of the configuration once, and checks ranges and relations. Every
 * key is described in {@code reference.conf}.
 */
public final class AittaSettings {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAYS = Duration.ofDays(365);

  private AittaSettings() {}

  /**
   * Reads the settings of a node.
   *
   * @param aitta the section {@code aitta}
   * @throws IllegalArgumentException naming the full key, the value and the bound
   */
  public static NodeSettings read(Config aitta) {
    try {
      return checked(aitta.atPath("aitta")); // so that every message names the full key
    } catch (ConfigException e) {
      throw new IllegalArgumentException("unreadable configuration: " + e.getMessage(), e);
    }
  }

  private static NodeSettings checked(Config config) {
    int maxMessageBytes = bytes(config, "aitta.wire.max-message-size", 4096, 1 << 30);
    int maxFrameBytes = bytes(config, "aitta.link.max-frame-size", 1024, maxMessageBytes);
    int maxValueBytes = bytes(config, "aitta.max-value-size", 1, 64 << 20);
    Duration maxTimeout = duration(config, "aitta.max-timeout", Duration.ofMillis(1), HOUR);
    Duration suspectAfter =
        duration(config, "aitta.liveness.suspect-after", Duration.ofMillis(10), HOUR);
    Duration deadAfter = duration(config, "aitta.liveness.dead-after", suspectAfter, HOUR);
    Duration greetInterval =
        duration(
            config,
            "aitta.liveness.greet-interval",
            Duration.ofMillis(5),
            suspectAfter.dividedBy(2));
    long linkBytes = config.getBytes("aitta.link.max-size");
    require(
        linkBytes >= maxValueBytes + Key.MAX_ENCODED_BYTES,
        "aitta.link.max-size",
        linkBytes,
        "at least one value of aitta.max-value-size, and its key");
    long assembly = config.getBytes("aitta.wire.max-unfinished-size");
    require(
        assembly >= 2L * maxValueBytes,
        "aitta.wire.max-unfinished-size",
        assembly,
        "at least two values of aitta.max-value-size");
    return new NodeSettings(
        new ClusterShape(
            integer(config, "aitta.partitions", 1, PartitionId.MAX_COUNT),
            integer(config, "aitta.replication-factor", 1, 64)),
        integer(config, "aitta.bootstrap.nodes", 0, 1000),
        config.getString("aitta.zone"),
        weight(config),
        config.getString("aitta.storage.engine"),
        storage(config),
        duration(config, "aitta.timeout", Duration.ofMillis(1), maxTimeout),
        maxTimeout,
        bytes(config, "aitta.max-key-size", 1, Key.MAX_KEY_BYTES),
        maxValueBytes,
        integer(config, "aitta.max-requests", 1, 10_000_000),
        duration(config, "aitta.read-head-start", Duration.ZERO, Duration.ofMinutes(1)),
        duration(config, "aitta.clock-bound", Duration.ofMillis(1), HOUR),
        new LinkSettings(
            integer(config, "aitta.link.max-requests", 1, 10_000_000),
            linkBytes,
            integer(config, "aitta.link.max-frames", 1, 1000),
            integer(config, "aitta.link.max-frame-requests", 1, 10_000),
            maxFrameBytes,
            duration(config, "aitta.link.frame-timeout", Duration.ofMillis(1), HOUR)),
        maxMessageBytes,
        assembly,
        greetInterval,
        suspectAfter,
        deadAfter,
        integer(config, "aitta.liveness.suspect-after-failures", 1, 1_000_000),
        integer(config, "aitta.hints.max-per-peer", 0, Integer.MAX_VALUE),
        config.getBytes("aitta.hints.max-size-per-peer"),
        reconfiguration(config, deadAfter),
        comparison(config),
        duration(config, "aitta.tombstones.interval", Duration.ofMillis(100), DAYS),
        integer(config, "aitta.remembered-versions", 1, 100_000_000));
  }

  private static ComparisonSettings comparison(Config config) {
    long rate = config.getBytes("aitta.anti-entropy.max-rate");
    require(rate >= 1024, "aitta.anti-entropy.max-rate", rate, "at least 1024 bytes");
    long readRate = config.getBytes("aitta.anti-entropy.max-read-rate");
    require(readRate >= 1024, "aitta.anti-entropy.max-read-rate", readRate, "at least 1024 bytes");
    Duration interval =
        duration(config, "aitta.anti-entropy.interval", Duration.ofMillis(100), DAYS);
    return new ComparisonSettings(
        new AntiEntropySettings(
            interval,
            duration(config, "aitta.anti-entropy.retry-after", Duration.ofMillis(100), DAYS),
            3),
        duration(config, "aitta.anti-entropy.rebuild-interval", Duration.ofMillis(100), DAYS),
        rate,
        readRate);
  }

  private static ReconfigurationSettings reconfiguration(Config config, Duration deadAfter) {
    long rate = config.getBytes("aitta.reconfiguration.max-transfer-rate");
    require(rate >= 1024, "aitta.reconfiguration.max-transfer-rate", rate, "at least 1024 bytes");
    Duration replaceAfter =
        duration(config, "aitta.reconfiguration.replace-after", deadAfter, DAYS);
    return new ReconfigurationSettings(
        duration(config, "aitta.reconfiguration.interval", Duration.ofMillis(10), HOUR),
        replaceAfter,
        recoverAfter(config, replaceAfter),
        integer(config, "aitta.reconfiguration.max-transfers", 1, PartitionId.MAX_COUNT),
        rate,
        leaving(config),
        duration(config, "aitta.reconfiguration.leave-timeout", Duration.ZERO, DAYS));
  }

  private static @Nullable Duration recoverAfter(Config config, Duration replaceAfter) {
    String key = "aitta.reconfiguration.recover-after";
    String value = config.getString(key).toLowerCase(Locale.ROOT);
    return value.equals("off") || value.equals("false")
        ? null
        : duration(config, key, replaceAfter, DAYS);
  }

  private static ReconfigurationSettings.Leaving leaving(Config config) {
    String leaving = config.getString("aitta.reconfiguration.leave-on-shutdown");
    return switch (leaving.toLowerCase(Locale.ROOT)) {
      case "auto" -> ReconfigurationSettings.Leaving.AUTO;
      case "on", "true" -> ReconfigurationSettings.Leaving.ON;
      case "off", "false" -> ReconfigurationSettings.Leaving.OFF;
      default ->
          throw new IllegalArgumentException(
              "aitta.reconfiguration.leave-on-shutdown must be one of auto, on, off, was ["
                  + leaving
                  + "]");
    };
  }

  private static StorageSettings storage(Config config) {
    String fsync = config.getString("aitta.storage.fsync");
    StorageSettings.Fsync policy =
        switch (fsync.toLowerCase(Locale.ROOT)) {
          case "every-batch" -> StorageSettings.Fsync.EVERY_BATCH;
          case "interval" -> StorageSettings.Fsync.INTERVAL;
          case "none" -> StorageSettings.Fsync.NONE;
          default ->
              throw new IllegalArgumentException(
                  "aitta.storage.fsync must be one of every-batch, interval, none, was ["
                      + fsync
                      + "]");
        };
    return new StorageSettings(
        Path.of(config.getString("aitta.storage.directory")),
        policy,
        duration(config, "aitta.storage.fsync-interval", Duration.ofMillis(1), HOUR),
        bytes(config, "aitta.storage.cache-size", 0, Integer.MAX_VALUE));
  }

  private static double weight(Config config) {
    double weight = config.getDouble("aitta.weight");
    require(weight > 0 && weight <= 1_000_000, "aitta.weight", weight, "in (0, 1000000]");
    return weight;
  }

  private static int integer(Config config, String key, int min, int max) {
    int value = config.getInt(key);
    require(value >= min && value <= max, key, value, "in [" + min + ", " + max + "]");
    return value;
  }

  private static int bytes(Config config, String key, long min, long max) {
    long value = config.getBytes(key);
    require(value >= min && value <= max, key, value, "in [" + min + ", " + max + "] bytes");
    return (int) value;
  }

  private static Duration duration(Config config, String key, Duration min, Duration max) {
    Duration value = config.getDuration(key);
    require(
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        key,
        value.toMillis() + " ms",
        "in [" + min.toMillis() + " ms, " + max.toMillis() + " ms]");
    return value;
  }

  private static void require(boolean isTrue, String key, Object value, String bound) {
    if (!isTrue) {
      throw new IllegalArgumentException(key + " must be " + bound + ", was [" + value + "]");
    }
  }
}
