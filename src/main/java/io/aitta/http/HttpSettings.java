package io.aitta.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How the HTTP API listens and what it bounds. The keys are those of {@code aitta.http}.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes any free one
 * @param maxValueBytes the largest body of a put, {@code aitta.max-value-size}
 * @param maxTimeout the longest timeout that a request may ask for, {@code aitta.max-timeout}
 * @param maxRequestsInFlight requests that are carried out at once; one more is refused
 * @param maxBytesInFlight bytes of bodies that are held at once; more is refused
 * @param bodyTimeout how long a body may take to arrive
 * @param idleTimeout how long a connection may be silent
 * @param maxConnections connections that are served at once; more wait to be accepted
 */
public record HttpSettings(
    String host,
    int port,
    int maxValueBytes,
    Duration maxTimeout,
    int maxRequestsInFlight,
    long maxBytesInFlight,
    Duration bodyTimeout,
    Duration idleTimeout,
    int maxConnections) {

  public HttpSettings {
    if (host.isBlank()) {
      throw new IllegalArgumentException("aitta.http.host must not be empty, was [" + host + "]");
    }
    requireRange("aitta.http.port", port, 0, 65_535);
    requireRange("aitta.max-value-size", maxValueBytes, 1, Integer.MAX_VALUE);
    requireRange("aitta.http.max-requests-in-flight", maxRequestsInFlight, 1, Integer.MAX_VALUE);
    requireRange("aitta.http.max-bytes-in-flight", maxBytesInFlight, maxValueBytes, Long.MAX_VALUE);
    requireRange("aitta.http.max-connections", maxConnections, 1, Integer.MAX_VALUE);
    requirePositive("aitta.max-timeout", maxTimeout);
    requirePositive("aitta.http.body-timeout", bodyTimeout);
    requirePositive("aitta.http.idle-timeout", idleTimeout);
  }

  /**
   * Reads the keys under {@code aitta}.
   *
   * @param root an ActorSystem's whole configuration
   * @throws IllegalArgumentException naming the key, the value and the bound
   */
  public static HttpSettings of(Config root) {
    Config aitta = root.getConfig("aitta");
    long maxValueBytes = aitta.getBytes("max-value-size");
    requireRange("aitta.max-value-size", maxValueBytes, 1, Integer.MAX_VALUE);
    Config http = aitta.getConfig("http");
    return new HttpSettings(
        http.getString("host"),
        http.getInt("port"),
        (int) maxValueBytes,
        aitta.getDuration("max-timeout"),
        http.getInt("max-requests-in-flight"),
        http.getBytes("max-bytes-in-flight"),
        http.getDuration("body-timeout"),
        http.getDuration("idle-timeout"),
        http.getInt("max-connections"));
  }

  /** The same on another address. */
  public HttpSettings at(String otherHost, int otherPort) {
    return new HttpSettings(
        otherHost,
        otherPort,
        maxValueBytes,
        maxTimeout,
        maxRequestsInFlight,
        maxBytesInFlight,
        bodyTimeout,
        idleTimeout,
        maxConnections);
  }

  private static void requireRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " must be in [" + least + ", " + most + "], was [" + value + "]");
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(key + " must be above 0, was [" + value + "]");
    }
  }
}
