package io.aitta.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static HttpServerFixture server;

  @BeforeAll
  static void start() throws Exception {
    server = new HttpServerFixture("aitta.max-value-size = 64 KiB");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    server.node.reset();
  }

  @Test
  void returnsTheBytesThatWerePut() throws Exception {
    byte[] value = new byte[40_000];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31);
    }
    assertEquals(
        200,
        server
            .send(server.request("/stores/s/entries/k").PUT(BodyPublishers.ofByteArray(value)))
            .statusCode());
    HttpResponse<byte[]> got = server.sendForBytes(server.request("/stores/s/entries/k"));
    assertArrayEquals(value, got.body());
    assertEquals("application/octet-stream", header(got, "Content-Type"));
    assertEquals("bytes", header(got, "Aitta-Codec"));
    String version = entry("s", "k").version().toString();
    assertEquals("\"" + version + "\"", header(got, "ETag"));
  }

  @Test
  void keepsAnEmptyValue() throws Exception {
    assertEquals(200, server.put("/stores/s/entries/empty", "").statusCode());
    HttpResponse<String> got = server.get("/stores/s/entries/empty");
    assertEquals(200, got.statusCode());
    assertEquals("", got.body());
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, , json, application/json",
    "application/json; charset=utf-8, , json, application/json",
    "text/plain, , string, text/plain; charset=UTF-8",
    "text/plain; charset=ISO-8859-1, , bytes, application/octet-stream",
    "image/png, , bytes, application/octet-stream",
    "image/png, json, json, application/json",
    "application/json, my.codec/1, my.codec/1, application/octet-stream"
  })
  void knowsTheCodecByContentTypeOrByItsOwnHeader(
      String type, String header, String codec, String answered) throws Exception {
    var request = server.request("/stores/s/entries/c").PUT(BodyPublishers.ofString("1"));
    request.header("Content-Type", type);
    if (header != null) {
      request.header("Aitta-Codec", header);
    }
    assertEquals(200, server.send(request).statusCode());
    HttpResponse<String> got = server.get("/stores/s/entries/c");
    assertEquals(codec, header(got, "Aitta-Codec"));
    assertEquals(answered, header(got, "Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", ".", "..", "ä ö", "100%", "a+b", "k?x=1&y", "#", "\u0000\n", "日本"})
  void takesAnyKeyInTheQueryAndInARawPath(String key) throws Exception {
    String escaped = URLEncoder.encode(key, StandardCharsets.UTF_8);
    assertEquals(200, server.put("/stores/s/entry?key=" + escaped, "q").statusCode());
    assertEquals("q", entry("s", key).value().utf8());
    assertEquals("q", server.get("/stores/s/entry?key=" + escaped).body());
    String inPath = escaped.replace("+", "%20");
    String answer = server.rawTarget("GET", "/stores/s/entries/" + inPath);
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @Test
  void aPlusSignInAPathIsAPlusSign() throws Exception {
    server.put("/stores/s/entries/a+b", "v");
    assertEquals("v", entry("s", "a+b").value().utf8());
  }

  @Test
  void takesTheLongestKeyWithEveryByteEscaped() throws Exception {
    String target = "/stores/s/entries/" + "%C3%A4".repeat(512);
    assertTrue(server.rawTarget("PUT", target).startsWith("HTTP/1.1 200"));
    assertEquals(0, entry("s", "ä".repeat(512)).value().size());
    String longer = server.rawTarget("PUT", target + "a");
    assertTrue(longer.startsWith("HTTP/1.1 400"), longer);
    assertEquals("BAD_KEY", error(longer).get("code").asText());
    assertEquals(1025, error(longer).get("value").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "/stores/s/entries/%FF, MALFORMED_TARGET",
    "/stores/s/entries/%C0%80, MALFORMED_TARGET",
    "/stores/s/entries/%ED%A0%80, MALFORMED_TARGET",
    "/stores/s/entries/%zz, MALFORMED_REQUEST",
    "/stores/s/entries/%4, MALFORMED_REQUEST",
    "/stores/s/entry?key=%FF, MALFORMED_TARGET",
    "/stores/s/entries/, BAD_KEY",
    "/stores/s/entry?key=, BAD_KEY",
    "/stores/s/entry, BAD_KEY",
    "/stores/S/entries/k, BAD_STORE",
    "/stores//entries/k, BAD_STORE",
    "/stores/s/entries/k?consistency=SOME, BAD_CONSISTENCY",
    "/stores/s/entries/k?timeout=5, BAD_DURATION",
    "/stores/s/entries/k?timeout=0s, BAD_DURATION",
    "/stores/s/entries/k?timeout=61s, BAD_DURATION",
    "/stores/s/entries/k?timeout=-1s, BAD_DURATION",
    "/stores/s/entries/k?ttl=1s, UNKNOWN_PARAMETER",
    "/stores/s/entries/k?nosuch=1, UNKNOWN_PARAMETER",
    "/stores/s/entries/k?timeout=1s&timeout=2s, REPEATED_PARAMETER",
    "/cluster?x=1, UNKNOWN_PARAMETER",
    "/cluster/partitions?x, UNKNOWN_PARAMETER",
    "/health/ready?x, UNKNOWN_PARAMETER",
    "/stores/s/explain?x=1, UNKNOWN_PARAMETER",
    "/stores/s/explain/k?x=1, UNKNOWN_PARAMETER"
  })
  void refusesAMalformedGet(String target, String code) throws Exception {
    String answer = server.rawTarget("GET", target);
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    JsonNode error = error(answer);
    assertEquals(code, error.get("code").asText());
    assertEquals(4, error.size());
  }

  @Test
  void namesTheUnknownParameterAndTheKnownOnes() throws Exception {
    JsonNode error = error(server.rawTarget("GET", "/stores/s/entries/k?ttll=1s"));
    assertEquals("ttll", error.get("value").asText());
    assertEquals("consistency, timeout", error.get("bound").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "3651d", "1w", "", "s", "1.5s", "99999999999999999999s"})
  void refusesABadTimeToLive(String ttl) throws Exception {
    HttpResponse<String> answer = server.put("/stores/s/entries/k?ttl=" + ttl, "v");
    assertEquals(400, answer.statusCode());
    JsonNode error = JSON.readTree(answer.body());
    assertEquals("BAD_DURATION", error.get("code").asText());
    assertEquals(ttl, error.get("value").asText());
    assertTrue(server.node.entries.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500", "30s, 30000", "2m, 120000", "1h, 3600000", "7d, 604800000"})
  void readsDurations(String ttl, long millis) throws Exception {
    server.put("/stores/s/entries/k?timeout=1500ms&consistency=aLL&ttl=" + ttl, "v");
    var options = Objects.requireNonNull(server.node.lastWrite);
    assertEquals(Duration.ofMillis(millis), options.timeToLive());
    assertEquals(Duration.ofMillis(1_500), options.timeout());
    assertEquals(Consistency.ALL, options.consistency());
  }

  @Test
  void readsAtAQuorumByDefault() throws Exception {
    HttpResponse<String> answer = server.get("/stores/s/entries/nothing");
    assertEquals(404, answer.statusCode());
    assertEquals("NOT_FOUND", JSON.readTree(answer.body()).get("code").asText());
    assertEquals(Consistency.QUORUM, Objects.requireNonNull(server.node.lastRead).consistency());
    server.get("/stores/s/entries/nothing?consistency=one&timeout=2s");
    assertEquals(Consistency.ONE, Objects.requireNonNull(server.node.lastRead).consistency());
  }

  @Test
  void tellsMaybeAppliedFromRefused() throws Exception {
    server.node.putScript = key -> FakeNode.maybeApplied();
    for (String method : new String[] {"PUT", "DELETE"}) {
      HttpResponse<String> answer =
          server.send(
              server.request("/stores/s/entries/k").method(method, BodyPublishers.noBody()));
      assertEquals(504, answer.statusCode());
      assertEquals("MAYBE_APPLIED", JSON.readTree(answer.body()).get("outcome").asText());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusalsHaveTheirStatus(Refusal.Code code) throws Exception {
    int status =
        switch (code) {
          case OVERLOADED -> 429;
          case VALUE_TOO_LARGE -> 413;
          case KEY_TOO_LARGE -> 400;
          default -> 503;
        };
    server.node.putScript = key -> new PutOutcome.Refused(FakeNode.refusal(code));
    server.node.getScript = key -> new GetOutcome.Unavailable(FakeNode.refusal(code));
    for (HttpResponse<String> answer :
        List.of(
            server.put("/stores/s/entries/k?settled=true", "v"),
            server.get("/stores/s/entries/k"))) {
      assertEquals(status, answer.statusCode());
      JsonNode error = JSON.readTree(answer.body());
      assertEquals(code.name(), error.get("code").asText());
      assertEquals(1, error.get("value").asInt());
      assertEquals(2, error.get("bound").asInt());
    }
  }

  @Test
  void waitsForTheSettledReceiptOnlyIfAsked() throws Exception {
    String first = server.put("/stores/s/entries/k?settled=false", "v").body();
    assertEquals(3, JSON.readTree(first).get("replicas").size());
    String settled = server.put("/stores/s/entries/k?settled=true", "v").body();
    assertEquals(1, JSON.readTree(settled).get("replicas").size());
    assertEquals(400, server.put("/stores/s/entries/k?settled=yes", "v").statusCode());
  }

  @Test
  void deletes() throws Exception {
    server.put("/stores/s/entries/k", "v");
    HttpResponse<String> deleted =
        server.send(server.request("/stores/s/entries/k?consistency=all").DELETE());
    assertEquals(200, deleted.statusCode());
    assertEquals(404, server.get("/stores/s/entries/k").statusCode());
    HttpResponse<String> refused =
        server.send(server.request("/stores/s/entries/k?ttl=1s").DELETE());
    assertEquals("UNKNOWN_PARAMETER", JSON.readTree(refused.body()).get("code").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /stores/s/entries/k, 'DELETE, GET, HEAD, PUT'",
    "PATCH, /stores/s/entry?key=k, 'DELETE, GET, HEAD, PUT'",
    "PUT, /cluster, 'GET, HEAD'",
    "DELETE, /cluster/partitions, 'GET, HEAD'",
    "OPTIONS, /stores/s/entries/k, 'DELETE, GET, HEAD, PUT'",
    "PUT, /health/live, 'GET, HEAD'",
    "GET, /cluster/leave, POST",
    "PUT, /cluster/leave, POST",
    "DELETE, /stores/s/explain/k, 'GET, HEAD'"
  })
  void refusesAWrongMethod(String method, String target, String allow) throws Exception {
    HttpResponse<String> answer =
        server.send(server.request(target).method(method, BodyPublishers.ofString("x")));
    assertEquals(405, answer.statusCode());
    assertEquals(allow, header(answer, "Allow"));
    assertEquals("METHOD_NOT_ALLOWED", JSON.readTree(answer.body()).get("code").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/x",
        "/stores",
        "/stores/s",
        "/stores/s/entries",
        "/stores/s/entries/a/b",
        "/stores/s/other/k",
        "/cluster/",
        "/cluster/x",
        "/health",
        "/health/x",
        "/Stores/s/entries/k",
        "/../stores/s/entries/k"
      })
  void refusesAnUnknownRoute(String target) throws Exception {
    String answer = server.rawTarget("GET", target);
    assertTrue(answer.startsWith("HTTP/1.1 404"), answer);
    assertEquals("NO_ROUTE", error(answer).get("code").asText());
  }

  @Test
  void answersHeadWithoutTheBody() throws Exception {
    server.put("/stores/s/entries/k", "value");
    String answer = server.rawTarget("HEAD", "/stores/s/entries/k");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertTrue(answer.contains("ETag"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @ParameterizedTest
  @CsvSource({"If-Match, '\"1\"'", "If-None-Match, *", "Content-Encoding, gzip"})
  void refusesAConditionInsteadOfIgnoringIt(String name, String value) throws Exception {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/stores/s/entries/k")
                .header(name, value)
                .PUT(BodyPublishers.ofString("v")));
    assertEquals(400, answer.statusCode());
    assertEquals("UNSUPPORTED_HEADER", JSON.readTree(answer.body()).get("code").asText());
    assertTrue(server.node.entries.isEmpty());
  }

  @Test
  void leavesWhenAskedAndTellsHowFarItIs() throws Exception {
    assertEquals(503, server.post("/cluster/leave").statusCode());
    assertFalse(server.node.leaving, "nobody would take over what it holds");
    assertEquals(
        403,
        server
            .send(
                server
                    .request("/cluster/leave")
                    .header("Origin", "http://example.com")
                    .POST(BodyPublishers.noBody()))
            .statusCode());
    server.node.othersAlive = true;
    assertEquals(400, server.post("/cluster/leave?now=true").statusCode());
    assertFalse(server.node.leaving);
    HttpResponse<String> begun = server.post("/cluster/leave");
    assertEquals(202, begun.statusCode());
    assertTrue(server.node.leaving);
    assertEquals(256, JSON.readTree(begun.body()).get("partitions").asInt());
    server.node.left = CompletableFuture.completedFuture(Done.getInstance());
    HttpResponse<String> done = server.post("/cluster/leave");
    assertEquals(200, done.statusCode());
    assertTrue(JSON.readTree(done.body()).get("left").asBoolean());
    server.node.left =
        CompletableFuture.failedFuture(new IllegalStateException("no other node is there"));
    HttpResponse<String> failed = server.post("/cluster/leave");
    assertEquals(503, failed.statusCode());
    assertEquals("NOBODY_TAKES_OVER", JSON.readTree(failed.body()).get("code").asText());
    server.node.ready = false;
    assertEquals(
        "NOT_READY", JSON.readTree(server.post("/cluster/leave").body()).get("code").asText());
  }

  @Test
  void isReadyOnceItsNodeTookOverWhatItIsToHold() throws Exception {
    server.node.settled = false;
    HttpResponse<String> loading = server.get("/health/ready");
    assertEquals(503, loading.statusCode());
    assertTrue(loading.body().contains("takes over 16 partitions"), loading.body());
    assertEquals(200, server.put("/stores/s/entries/k", "v").statusCode());
  }

  @Test
  void isReadyWhenItsNodeIs() throws Exception {
    assertEquals(200, server.get("/health/live").statusCode());
    assertEquals(200, server.get("/health/ready").statusCode());
    server.node.ready = false;
    assertEquals(200, server.get("/health/live").statusCode());
    HttpResponse<String> ready = server.get("/health/ready");
    assertEquals(503, ready.statusCode());
    assertEquals("NOT_READY", JSON.readTree(ready.body()).get("code").asText());
    assertEquals(503, server.get("/stores/s/explain/k").statusCode());
  }

  @Test
  void answersMisuseThatOnlyTheNodeKnows() throws Exception {
    server.node.getScript =
        key -> {
          throw new IllegalArgumentException("timeout must be less");
        };
    HttpResponse<String> answer = server.get("/stores/s/entries/k");
    assertEquals(400, answer.statusCode());
    assertEquals("timeout must be less", JSON.readTree(answer.body()).get("message").asText());
    server.node.getScript =
        key -> {
          throw new IllegalStateException("secret");
        };
    HttpResponse<String> broken = server.get("/stores/s/entries/k");
    assertEquals(500, broken.statusCode());
    assertEquals("INTERNAL", JSON.readTree(broken.body()).get("code").asText());
    assertTrue(!broken.body().contains("secret"));
  }

  private static Entry entry(String store, String key) {
    return Objects.requireNonNull(server.node.entries.get(Key.of(store, key)));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static JsonNode error(String rawAnswer) throws Exception {
    return JSON.readTree(rawAnswer.substring(rawAnswer.indexOf("\r\n\r\n") + 4));
  }
}
