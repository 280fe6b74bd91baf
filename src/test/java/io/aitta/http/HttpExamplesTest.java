package io.aitta.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each shape of JSON that the API answers with, as an example that clients may rely on. */
final class HttpExamplesTest {
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
    server.node.reset();
  }

  @Test
  void receiptWritten() throws Exception {
    server.node.putScript =
        key -> new PutOutcome.Written(FakeNode.receipt(FakeNode.version(1_700_000_000_000L)));
    same("receipt-written", server.put("/stores/s/entries/k", "v").body());
  }

  @Test
  void receiptMaybeApplied() throws Exception {
    server.node.putScript = key -> FakeNode.maybeApplied();
    same("receipt-maybe-applied", server.put("/stores/s/entries/k", "v").body());
  }

  @Test
  void errorRefused() throws Exception {
    server.node.putScript =
        key -> new PutOutcome.Refused(FakeNode.refusal(Refusal.Code.TOO_FEW_REPLICAS));
    same("error-refused", server.put("/stores/s/entries/k", "v").body());
  }

  @Test
  void receiptHinted() throws Exception {
    server.node.putScript = key -> new PutOutcome.Written(FakeNode.hintedReceipt());
    same("receipt-hinted", server.put("/stores/s/entries/k", "v").body());
  }

  @Test
  void errorOverloaded() throws Exception {
    server.node.putScript =
        key ->
            new PutOutcome.Refused(
                new Refusal(
                    Refusal.Code.OVERLOADED,
                    "this node has [512] requests in flight, as many as are allowed",
                    512,
                    512,
                    List.of()));
    same("error-overloaded", server.put("/stores/s/entries/k", "v").body());
  }

  @Test
  void errorTooLarge() throws Exception {
    same("error-too-large", server.put("/stores/s/entries/k", "v".repeat(1_048_577)).body());
  }

  @Test
  void errorNoRoute() throws Exception {
    same("error-no-route", server.get("/nowhere/at/all").body());
  }

  @Test
  void errorMethodNotAllowed() throws Exception {
    same("error-method-not-allowed", server.put("/cluster", "v").body());
  }

  @Test
  void errorNotFound() throws Exception {
    same("error-not-found", server.get("/stores/s/entries/k%2F1").body());
  }

  @Test
  void errorBadRequest() throws Exception {
    same("error-bad-request", server.get("/stores/s/entries/k?timeout=90s").body());
  }

  @Test
  void cluster() throws Exception {
    same("cluster", server.get("/cluster").body());
  }

  @Test
  void clusterBeforeBootstrap() throws Exception {
    server.node.ready = false;
    same("cluster-before-bootstrap", server.get("/cluster").body());
  }

  @Test
  void clusterThatMoves() throws Exception {
    server.node.settled = false;
    server.node.leaving = true;
    same("cluster-moving", server.get("/cluster").body());
  }

  @Test
  void leave() throws Exception {
    server.node.othersAlive = true;
    same("leave", server.post("/cluster/leave").body());
    server.node.left = CompletableFuture.completedFuture(Done.getInstance());
    same("leave-done", server.post("/cluster/leave").body());
  }

  @Test
  void leaveRefused() throws Exception {
    same("error-nobody-takes-over", server.post("/cluster/leave").body());
    HttpRequest.Builder page =
        server.request("/cluster/leave").header("Origin", "http://example.com");
    same("error-forbidden", server.send(page.POST(BodyPublishers.noBody())).body());
  }

  @Test
  void partitions() throws Exception {
    same("partitions", server.get("/cluster/partitions").body());
    server.node.settled = false;
    same("partitions-moving", server.get("/cluster/partitions").body());
  }

  @Test
  void explanation() throws Exception {
    server.node.entries.put(
        io.aitta.model.Key.of("s", "k"),
        io.aitta.model.Entry.value(
            FakeNode.version(1_700_000_000_000L),
            1_900_000_000_000L,
            "string",
            io.aitta.model.Bytes.ofUtf8("value")));
    same("explanation", server.get("/stores/s/explain/k").body());
    same("explanation", server.get("/stores/s/explain?key=k").body());
  }

  @Test
  void explanationOfATombstoneAndAnAbsentCopy() throws Exception {
    server.node.entries.put(
        io.aitta.model.Key.of("s", "k"),
        io.aitta.model.Entry.tombstone(FakeNode.version(1_700_000_000_000L)));
    same("explanation-tombstone", server.get("/stores/s/explain/k").body());
    same("explanation-absent", server.get("/stores/s/explain/other").body());
  }

  @Test
  void health() throws Exception {
    same("health-live", server.get("/health/live").body());
    same("health-ready", server.get("/health/ready").body());
    server.node.settled = false;
    same("health-not-settled", server.get("/health/ready").body());
    server.node.ready = false;
    same("health-not-ready", server.get("/health/ready").body());
  }

  private static void same(String example, String answer) throws Exception {
    try (InputStream stored =
        HttpExamplesTest.class.getResourceAsStream("/http/" + example + ".json")) {
      JsonNode expected = JSON.readTree(Objects.requireNonNull(stored, example));
      assertEquals(expected.toPrettyString(), JSON.readTree(answer).toPrettyString());
    }
  }
}
