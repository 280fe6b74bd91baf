package io.aitta.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RepairRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static HttpServerFixture server;

  @BeforeAll
  static void start() throws Exception {
    server = new HttpServerFixture("");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    server.node.ready = true;
  }

  private static HttpResponse<String> send(String method, String target) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void beginsARepairAndTellsHowFarItIs() throws Exception {
    HttpResponse<String> begun = send("POST", "/cluster/repair");
    assertEquals(200, begun.statusCode());
    assertEquals(
        JSON.readTree(
            """
            {"partitions": 256, "building": 1, "pairs": 0, "compared": 0, "failed": 0,
             "unreachable": 0, "differences": 0, "bytes": 0, "complete": false}
            """),
        JSON.readTree(begun.body()));
    HttpResponse<String> asked = send("GET", "/cluster/repair");
    assertEquals(200, asked.statusCode());
    assertEquals(
        JSON.readTree(
            """
            {"partitions": 256, "building": 0, "pairs": 512, "compared": 511, "failed": 0,
             "unreachable": 1, "differences": 3, "bytes": 80000, "complete": true}
            """),
        JSON.readTree(asked.body()));
  }

  @Test
  void aPartitionThatThereIsNotIsRefused() throws Exception {
    HttpResponse<String> refused = send("POST", "/cluster/repair?partition=x");
    assertEquals(400, refused.statusCode());
    assertEquals("BAD_PARAMETER", JSON.readTree(refused.body()).path("code").asText());
    assertEquals(400, send("POST", "/cluster/repair?partition=-1").statusCode());
    assertEquals(400, send("POST", "/cluster/repair?other=1").statusCode());
  }

  @Test
  void aNodeThatIsNotReadyDoesNotBegin() throws Exception {
    server.node.ready = false;
    assertEquals(503, send("POST", "/cluster/repair").statusCode());
  }
}
