package io.aitta.multijvm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.Bytes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Talks to one node over its HTTP API. Safe for use by several threads. */
final class NodeClient {
  static final String STORE = "harvest";

  /** Longer than any time that a request may take by its own account. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final int port;

  /** How a request ended. */
  enum Outcome {
    /** Answered with 200. */
    DONE,
    /** There is no such key. */
    ABSENT,
    /** Refused, or never sent: nothing was applied, nor ever will be. */
    REFUSED,
    /** It may have been applied, or the answer was lost. */
    UNKNOWN
  }

  /**
   * An answer.
   *
   * @param status of HTTP; 0 if there was none
   * @param version of what was written or read; null if there is none
   */
  record Answer(Outcome outcome, int status, Bytes content, @Nullable String version) {

    byte[] body() {
      return content.toByteArray();
    }

    String text() {
      return content.utf8();
    }

    JsonNode json() {
      try {
        return JSON.readTree(body());
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + text(), e);
      }
    }
  }

  NodeClient(int port) {
    this.port = port;
  }

  Answer put(String key, byte[] value, String query) {
    return send(entry(key, query).PUT(BodyPublishers.ofByteArray(value)), true);
  }

  Answer put(String key, byte[] value) {
    return put(key, value, "?consistency=QUORUM");
  }

  Answer get(String key, String query) {
    return send(entry(key, query).GET(), false);
  }

  Answer get(String key) {
    return get(key, "?consistency=QUORUM");
  }

  Answer delete(String key) {
    return send(entry(key, "?consistency=QUORUM").DELETE(), true);
  }

  Answer get(String path, Duration patience) {
    return send(request(path).timeout(patience).GET(), false);
  }

  boolean isReady() {
    return get("/health/ready", Duration.ofSeconds(5)).status() == 200;
  }

  /** The cluster as the node sees it. */
  JsonNode cluster() {
    return get("/cluster", PATIENCE).json();
  }

  /** Every partition as the node sees it. */
  JsonNode partitions() {
    return get("/cluster/partitions", PATIENCE).json().path("partitions");
  }

  /** Which replica holds which version. */
  JsonNode explain(String key) {
    return get("/stores/" + STORE + "/explain/" + encoded(key), PATIENCE).json();
  }

  private static String encoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder entry(String key, String query) {
    return request("/stores/" + STORE + "/entries/" + encoded(key) + query).timeout(PATIENCE);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private Answer send(HttpRequest.Builder request, boolean isWrite) {
    HttpResponse<byte[]> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return new Answer(Outcome.REFUSED, 0, Bytes.EMPTY, null);
    } catch (IOException e) {
      return new Answer(Outcome.UNKNOWN, 0, Bytes.EMPTY, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(Outcome.UNKNOWN, 0, Bytes.EMPTY, null);
    }
    Bytes body = Bytes.wrap(response.body());
    Outcome outcome =
        switch (response.statusCode()) {
          case 200 -> Outcome.DONE;
          case 404 -> Outcome.ABSENT;
          case 504 -> Outcome.UNKNOWN;
          default -> Outcome.REFUSED;
        };
    Answer answer = new Answer(outcome, response.statusCode(), body, null);
    return new Answer(
        outcome,
        response.statusCode(),
        body,
        outcome == Outcome.DONE ? version(answer, response, isWrite) : null);
  }

  private static @Nullable String version(
      Answer answer, HttpResponse<byte[]> response, boolean isWrite) {
    return isWrite
        ? answer.json().path("version").asText()
        : response.headers().firstValue("ETag").map(tag -> tag.replace("\"", "")).orElse(null);
  }
}
