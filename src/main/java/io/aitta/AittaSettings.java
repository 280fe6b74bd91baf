package io.aitta;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.aitta.actor.LinkSettings;
import io.aitta.actor.NodeSettings;
import io.aitta.model.ClusterShape;
import io.aitta.model.Key;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads the section {@code aitta} of the configuration once, and checks ranges and relations. Every
 * key is described in {@code reference.conf}.
 */
public final class AittaSettings {
  private static final Duration HOUR = Duration.ofHours(1);

  private AittaSettings() {}

  /**
   * Reads the settings of a node.
   *
   * @param aitta the section {@code aitta}
   * @throws IllegalArgumentException naming the full key, the value and the bound
   */
  public static NodeSettings read(Config aitta) {
    try {
      return checked(aitta);
    } catch (ConfigException e) {
      throw new IllegalArgumentException("unreadable configuration: aitta: " + e.getMessage(), e);
    }
  }

  private static NodeSettings checked(Config aitta) {
    int maxMessageBytes = bytes(aitta, "wire.max-message-size", 4096, 1 << 30);
    int maxFrameBytes = bytes(aitta, "link.max-frame-size", 1024, maxMessageBytes);
    int maxValueBytes = bytes(aitta, "max-value-size", 1, 64 << 20);
    Duration maxTimeout = duration(aitta, "max-timeout", Duration.ofMillis(1), HOUR);
    Duration suspectAfter = duration(aitta, "liveness.suspect-after", Duration.ofMillis(10), HOUR);
    Duration deadAfter = duration(aitta, "liveness.dead-after", suspectAfter, HOUR);
    Duration greetInterval =
        duration(aitta, "liveness.greet-interval", Duration.ofMillis(5), suspectAfter.dividedBy(2));
    long linkBytes = aitta.getBytes("link.max-size");
    require(
        linkBytes >= maxValueBytes + Key.MAX_ENCODED_BYTES,
        "link.max-size",
        linkBytes,
        "at least one value of aitta.max-value-size, and its key");
    long assembly = aitta.getBytes("wire.max-unfinished-size");
    require(
        assembly >= 2L * maxValueBytes,
        "wire.max-unfinished-size",
        assembly,
        "at least two values of aitta.max-value-size");
    return new NodeSettings(
        new ClusterShape(
            integer(aitta, "partitions", 1, 65_536), integer(aitta, "replication-factor", 1, 64)),
        integer(aitta, "bootstrap.nodes", 0, 1000),
        aitta.getString("zone"),
        weight(aitta),
        aitta.getString("storage.engine"),
        storage(aitta),
        duration(aitta, "timeout", Duration.ofMillis(1), maxTimeout),
        maxTimeout,
        bytes(aitta, "max-key-size", 1, Key.MAX_KEY_BYTES),
        maxValueBytes,
        integer(aitta, "max-requests", 1, 10_000_000),
        duration(aitta, "read-head-start", Duration.ZERO, Duration.ofMinutes(1)),
        duration(aitta, "clock-bound", Duration.ofMillis(1), HOUR),
        new LinkSettings(
            integer(aitta, "link.max-requests", 1, 10_000_000),
            linkBytes,
            integer(aitta, "link.max-frames", 1, 1000),
            integer(aitta, "link.max-frame-requests", 1, 10_000),
            maxFrameBytes,
            duration(aitta, "link.frame-timeout", Duration.ofMillis(1), HOUR)),
        maxMessageBytes,
        assembly,
        greetInterval,
        suspectAfter,
        deadAfter,
        integer(aitta, "liveness.suspect-after-failures", 1, 1_000_000),
        integer(aitta, "hints.max-per-peer", 0, Integer.MAX_VALUE),
        aitta.getBytes("hints.max-size-per-peer"),
        integer(aitta, "remembered-versions", 1, 100_000_000));
  }

  private static StorageSettings storage(Config aitta) {
    String fsync = aitta.getString("storage.fsync");
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
        Path.of(aitta.getString("storage.directory")),
        policy,
        duration(aitta, "storage.fsync-interval", Duration.ofMillis(1), HOUR),
        bytes(aitta, "storage.cache-size", 0, Integer.MAX_VALUE));
  }

  private static double weight(Config aitta) {
    double weight = aitta.getDouble("weight");
    require(weight > 0 && weight <= 1_000_000, "weight", weight, "in (0, 1000000]");
    return weight;
  }

  private static int integer(Config aitta, String key, int min, int max) {
    int value = aitta.getInt(key);
    require(value >= min && value <= max, key, value, "in [" + min + ", " + max + "]");
    return value;
  }

  private static int bytes(Config aitta, String key, long min, long max) {
    long value = aitta.getBytes(key);
    require(value >= min && value <= max, key, value, "in [" + min + ", " + max + "] bytes");
    return (int) value;
  }

  private static Duration duration(Config aitta, String key, Duration min, Duration max) {
    Duration value = aitta.getDuration(key);
    require(
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        key,
        value.toMillis() + " ms",
        "in [" + min.toMillis() + " ms, " + max.toMillis() + " ms]");
    return value;
  }

  private static void require(boolean isTrue, String key, Object value, String bound) {
    if (!isTrue) {
      throw new IllegalArgumentException(
          "aitta." + key + " must be " + bound + ", was [" + value + "]");
    }
  }
}
