package io.aitta.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.NodeId;
import io.aitta.model.PeerState;
import io.aitta.testkit.TestCluster;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of the API, each over real nodes: three, which all hold every key. */
final class HttpOverRealNodesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST = 1 << 20;

  private static TestCluster cluster;
  private static HttpServerFixture server;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.of(3).start();
    server = new HttpServerFixture("", cluster.node(0));
  }

  @AfterAll
  static void stop() {
    server.close();
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4_096, LARGEST})
  void returnsTheBytesThatWerePut(int bytes) throws Exception {
    byte[] value = new byte[bytes];
    new Random(bytes).nextBytes(value);
    String target = "/stores/bytes/entries/" + bytes;
    HttpResponse<String> put =
        server.send(server.request(target).PUT(BodyPublishers.ofByteArray(value)));
    assertEquals(200, put.statusCode(), put.body());
    HttpResponse<byte[]> got = server.sendForBytes(server.request(target));
    assertEquals(200, got.statusCode());
    assertArrayEquals(value, got.body());
    String version = JSON.readTree(put.body()).get("version").asText();
    assertEquals("\"" + version + "\"", got.headers().firstValue("ETag").orElse(""));
  }

  @Test
  void refusesAValueAboveTheBoundAndKeepsTheOldOne() throws Exception {
    String target = "/stores/bytes/entries/large";
    server.put(target, "small");
    HttpResponse<String> refused =
        server.send(server.request(target).PUT(BodyPublishers.ofByteArray(new byte[LARGEST + 1])));
    assertError(413, "VALUE_TOO_LARGE", refused);
    assertEquals("small", server.get(target).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", ".", "..", "ä ö", "100%", "a+b", "k?x=1&y", "#", "\u0000\n", "日本"})
  void takesStrangeKeysByPathAndByQuery(String key) throws Exception {
    String escaped = URLEncoder.encode(key, StandardCharsets.UTF_8);
    assertEquals(200, server.put("/stores/keys/entry?key=" + escaped, key).statusCode());
    assertEquals(key, server.get("/stores/keys/entry?key=" + escaped).body());
    String raw = server.rawTarget("GET", "/stores/keys/entries/" + escaped.replace("+", "%20"));
    assertTrue(raw.startsWith("HTTP/1.1 200"), raw);
    assertTrue(raw.endsWith("\r\n\r\n" + key), raw);
  }

  @ParameterizedTest
  @CsvSource({"one, 1", "TWO, 2", "Three, 3", "QUORUM, 2", "all, 3"})
  void countsWhatTheConsistencyRequires(String consistency, int required) throws Exception {
    String target = "/stores/levels/entries/" + consistency + "?consistency=" + consistency;
    HttpResponse<String> put = server.put(target + "&settled=true", "v");
    JsonNode receipt = JSON.readTree(put.body());
    assertEquals("WRITTEN", receipt.get("outcome").asText(), put.body());
    assertEquals(required, receipt.get("required").asInt());
    assertEquals(3, receipt.get("acknowledged").asInt());
    assertEquals("v", server.get(target).body());
  }

  @Test
  void explainsAValueATombstoneAndAnAbsentKey() throws Exception {
    String entry = "/stores/told/entries/k?settled=true";
    assertStates("ABSENT");
    server.put(entry + "&ttl=1h", "value");
    assertStates("VALUE");
    JsonNode copy = JSON.readTree(server.get("/stores/told/explain/k").body()).at("/replicas/0");
    assertEquals(5, copy.get("bytes").asInt());
    assertTrue(copy.get("expiresAt").asText().endsWith("Z"), copy.toString());
    assertEquals(200, server.send(server.request(entry).DELETE()).statusCode());
    assertStates("TOMBSTONE");
    assertError(404, "NOT_FOUND", server.get("/stores/told/entries/k"));
  }

  private static void assertStates(String state) throws Exception {
    JsonNode explanation = JSON.readTree(server.get("/stores/told/explain?key=k").body());
    assertEquals(3, explanation.get("members").size());
    assertEquals(3, explanation.get("replicas").size());
    for (JsonNode copy : explanation.get("replicas")) {
      assertEquals(state, copy.get("state").asText());
    }
  }

  @Test
  void forgetsAValueWhoseTimeIsOver() throws Exception {
    String target = "/stores/short/entries/k";
    assertEquals(200, server.put(target + "?ttl=50ms", "v").statusCode());
    cluster.await("the value expired", () -> statusOfGet(target) == 404);
  }

  private static int statusOfGet(String target) {
    try {
      return server.get(target).statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void describesTheClusterAndItsPartitions() throws Exception {
    cluster.awaitSettled();
    JsonNode status = JSON.readTree(server.get("/cluster").body());
    assertTrue(status.get("ready").asBoolean());
    assertEquals(3, status.get("peers").size());
    assertEquals(0, status.get("underReplicated").asInt());
    for (JsonNode peer : status.get("peers")) {
      assertEquals("ALIVE", peer.get("state").asText());
      assertEquals("memory", peer.at("/report/engine").asText());
    }
    JsonNode partitions = JSON.readTree(server.get("/cluster/partitions").body()).get("partitions");
    assertEquals(status.get("partitions").asInt(), partitions.size());
    assertEquals(3, partitions.get(0).get("alive").size());
    assertEquals(200, server.get("/health/live").statusCode());
    assertEquals(200, server.get("/health/ready").statusCode());
  }

  /** A | B C, whose requests get lost: A has applied the put, and cannot know of the others. */
  @Test
  void aPutWithoutAnswersMayHaveBeenApplied() throws Exception {
    try (TestCluster own = TestCluster.of(3).start();
        HttpServerFixture api = new HttpServerFixture("", own.node(0))) {
      own.drop(1, true);
      own.drop(2, true);
      HttpResponse<String> put = api.put("/stores/s/entries/k?timeout=200ms", "v");
      assertEquals(504, put.statusCode(), put.body());
      JsonNode receipt = JSON.readTree(put.body());
      assertEquals("MAYBE_APPLIED", receipt.get("outcome").asText());
      assertEquals(1, receipt.get("acknowledged").asInt());
      assertEquals(2, receipt.get("required").asInt());
    }
  }

  /** A alone: B and C are dead. */
  @Test
  void refusesWithTooFewReplicasAlive() throws Exception {
    try (TestCluster own = TestCluster.of(3).start();
        HttpServerFixture api = new HttpServerFixture("", own.node(0))) {
      assertEquals(200, api.put("/stores/s/entries/k?consistency=ALL", "v").statusCode());
      NodeId second = own.id(1);
      NodeId third = own.id(2);
      own.kill(1);
      own.kill(2);
      own.awaitState(0, second, PeerState.DEAD);
      own.awaitState(0, third, PeerState.DEAD);
      assertError(503, "TOO_FEW_REPLICAS", api.put("/stores/s/entries/k", "new"));
      assertError(503, "TOO_FEW_REPLICAS", api.get("/stores/s/entries/k"));
      assertEquals("v", api.get("/stores/s/entries/k?consistency=ONE").body());
      String explained = api.get("/stores/s/explain/k").body();
      assertEquals(2, explained.split("\"UNREACHABLE\"", -1).length - 1, explained);
    }
  }

  @Test
  void refusesMoreRequestsThanANodeMayHaveInFlight() throws Exception {
    try (TestCluster own = TestCluster.of(3).with("max-requests", 1).start();
        HttpServerFixture api = new HttpServerFixture("", own.node(0))) {
      own.slow(1, Duration.ofSeconds(2));
      own.slow(2, Duration.ofSeconds(2));
      CompletableFuture<Integer> held =
          api.sendAsync(api.request("/stores/s/entries/a").PUT(BodyPublishers.ofString("v")));
      own.await("the first put is in flight", () -> own.requestsInFlight(0) == 1);
      HttpResponse<String> refused = api.put("/stores/s/entries/b", "v");
      assertError(429, "OVERLOADED", refused);
      assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
      own.heal();
      assertEquals(200, held.get(30, TimeUnit.SECONDS));
    }
  }

  private static void assertError(int status, String code, HttpResponse<String> answer)
      throws Exception {
    assertEquals(status, answer.statusCode(), answer.body());
    JsonNode error = JSON.readTree(answer.body());
    assertEquals(code, error.get("code").asText());
    assertEquals(4, error.size(), answer.body());
  }
}
