package io.aitta.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpLimitsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT = 64 << 10;

  private static HttpServerFixture server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new HttpServerFixture(
            """
            aitta.max-value-size = 64 KiB
            aitta.http.max-requests-in-flight = 2
            aitta.http.body-timeout = 2 s
            """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void takesAValueOfExactlyTheLimit() throws Exception {
    assertEquals(200, putBytes(LIMIT, false).statusCode());
    assertEquals(200, putBytes(LIMIT, true).statusCode());
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 1 << 20, 12 << 20})
  void refusesALargerValueAndServesTheNextRequest(int bytes) throws Exception {
    for (boolean chunked : List.of(false, true)) {
      HttpResponse<String> answer = putBytes(bytes, chunked);
      assertEquals(413, answer.statusCode());
      var error = JSON.readTree(answer.body());
      assertEquals("VALUE_TOO_LARGE", error.get("code").asText());
      assertEquals(LIMIT, error.get("bound").asInt());
      assertEquals(200, server.get("/health/live").statusCode());
    }
  }

  @Test
  void refusesAnAnnouncedLargeValueBeforeItIsSent() throws Exception {
    String answer =
        server.raw(
            String.join(
                    "\r\n",
                    "PUT /stores/s/entries/k HTTP/1.1",
                    "Host: x",
                    "Expect: 100-continue",
                    "Content-Length: 999999999999")
                + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    assertTrue(answer.contains("\"value\":999999999999"), answer);
  }

  @Test
  void givesUpOnABodyThatDoesNotArrive() throws Exception {
    String answer =
        server.raw("PUT /stores/s/entries/k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
    assertTrue(answer.contains("BODY_TIMEOUT"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "complete nonsense, no request\r\n\r\n",
        "GET /cluster HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /cluster HTTP/1.1\r\n\r\n",
        "BREW /cluster HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /stores/s/entries/\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /stores/s/entries/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "PUT /stores/s/entries/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      })
  void answersWhatIsNoHttpInJson(String text) throws Exception {
    String answer = server.raw(text);
    assertTrue(answer.matches("(?s)HTTP/1.1 (400|501|505) .*"), answer);
    var error = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertEquals(4, error.size(), answer);
  }

  @Test
  void refusesATargetThatIsTooLong() throws Exception {
    String answer = server.rawTarget("GET", "/stores/s/entries/" + "a".repeat(9_000));
    assertTrue(answer.startsWith("HTTP/1.1 414"), answer);
    assertTrue(answer.contains("TARGET_TOO_LONG"), answer);
  }

  @Test
  void refusesMoreRequestsThanTheBoundButAnswersHealth() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    ExecutorService clients = Executors.newFixedThreadPool(2);
    try (HttpServerFixture busy = new HttpServerFixture("aitta.http.max-requests-in-flight = 2")) {
      busy.node.gate = gate;
      List<CompletableFuture<Integer>> held =
          List.of(statusOfPut(busy, "a", clients), statusOfPut(busy, "b", clients));
      while (busy.node.puts.size() < 2) {
        Thread.onSpinWait();
      }
      HttpResponse<String> refused = busy.put("/stores/s/entries/c", "v");
      assertEquals(429, refused.statusCode());
      assertEquals("OVERLOADED", JSON.readTree(refused.body()).get("code").asText());
      assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
      assertEquals(200, busy.get("/health/ready").statusCode());
      gate.complete(null);
      for (CompletableFuture<Integer> put : held) {
        assertEquals(200, put.get(30, TimeUnit.SECONDS));
      }
      assertEquals(200, busy.put("/stores/s/entries/c", "v").statusCode());
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void givesEveryShareBackOnce() {
    Admission admission = new Admission(2, 100);
    Runnable first = admission.admit(60);
    assertThrows(HttpProblem.class, () -> admission.admit(60));
    assertEquals(1, admission.requestsInFlight());
    first.run();
    first.run();
    assertEquals(0, admission.requestsInFlight());
    admission.admit(100).run();
  }

  @Test
  void namesASettingThatIsOutOfRange() {
    var wrong =
        ConfigFactory.parseString("aitta.http.max-bytes-in-flight = 1k")
            .withFallback(ConfigFactory.load());
    String message =
        assertThrows(IllegalArgumentException.class, () -> HttpSettings.of(wrong)).toString();
    assertTrue(message.contains("aitta.http.max-bytes-in-flight"), message);
    assertTrue(message.contains("[1024]"), message);
  }

  @Test
  void closesItsPortWhenStopped() throws Exception {
    try (HttpServerFixture stopped = new HttpServerFixture("")) {
      stopped.api().stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThrows(java.io.IOException.class, () -> stopped.get("/health/live"));
    }
  }

  private static CompletableFuture<Integer> statusOfPut(
      HttpServerFixture server, String key, ExecutorService clients) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return server.put("/stores/s/entries/" + key, "v").statusCode();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        clients);
  }

  private static HttpResponse<String> putBytes(int bytes, boolean chunked) throws Exception {
    byte[] body = new byte[bytes];
    return server.send(
        server
            .request("/stores/s/entries/k")
            .PUT(
                chunked
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                    : BodyPublishers.ofByteArray(body)));
  }
}
