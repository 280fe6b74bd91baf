package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends is refused with a clear error, and the next requests are served. */
final class BadHttpInputTest {
  private static final int MIB = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension
  static final ProcessCluster CLUSTER =
      ProcessCluster.ofNodes(3).with("aitta.http.body-timeout = 2 s");

  private final ProcessNode node = CLUSTER.node(1);

  /** The status line's code, and the body. */
  private record RawAnswer(int status, String body) {
    String code() throws IOException {
      JsonNode error = JSON.readTree(body);
      assertTrue(!error.path("message").asText().isBlank(), body);
      return error.path("code").asText();
    }
  }

  @AfterEach
  void everyNodeServesTheNextRequests() {
    for (ProcessNode each : CLUSTER.nodes()) {
      String key = "after-" + each.name();
      NodeClient.Answer put = each.client().put(key, Values.of(key));
      assertEquals(NodeClient.Outcome.DONE, put.outcome(), put.text());
      for (ProcessNode reader : CLUSTER.nodes()) {
        assertArrayEquals(Values.of(key), reader.client().get(key).body(), reader.name());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/stores/harvest/entries/, 400, BAD_KEY",
    "/stores/harvest/entry?key=, 400, BAD_KEY",
    "/stores/harvest/entry, 400, BAD_KEY",
    "/stores/UPPER/entries/k, 400, BAD_STORE",
    "/stores//entries/k, 400, BAD_STORE",
    "/stores/harvest/entries/%, 400, MALFORMED_REQUEST",
    "/stores/harvest/entries/%G1, 400, MALFORMED_REQUEST",
    "/stores/harvest/entries/%FF, 400, MALFORMED_TARGET",
    "/stores/harvest/entries/%C0%AF, 400, MALFORMED_TARGET",
    "/stores/harvest/entries/%ED%A0%80, 400, MALFORMED_TARGET",
    "/stores/harvest/entries/k?consistency=MOST, 400, BAD_CONSISTENCY",
    "/stores/harvest/entries/k?consistency=, 400, BAD_CONSISTENCY",
    "/stores/harvest/entries/k?ttl=0s, 400, BAD_DURATION",
    "/stores/harvest/entries/k?ttl=-5s, 400, BAD_DURATION",
    "/stores/harvest/entries/k?ttl=soon, 400, BAD_DURATION",
    "/stores/harvest/entries/k?ttl=99999999999999999999s, 400, BAD_DURATION",
    "/stores/harvest/entries/k?timeout=1h, 400, BAD_DURATION",
    "/stores/harvest/entries/k?timeout=5, 400, BAD_DURATION",
    "/stores/harvest/entries/k?colour=red, 400, UNKNOWN_PARAMETER",
    "/stores/harvest/entries/k?ttl=1s&ttl=2s, 400, REPEATED_PARAMETER",
    "/stores/harvest/entries/a/b, 404, NO_ROUTE",
    "/nowhere, 404, NO_ROUTE",
    "/, 404, NO_ROUTE"
  })
  void refusesAPut(String target, int status, String code) throws IOException {
    RawAnswer answer = request("PUT", target, "value");
    assertEquals(status, answer.status(), answer.body());
    assertEquals(code, answer.code(), answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/cluster",
        "/cluster/partitions",
        "/health/live",
        "/health/ready",
        "/stores/harvest/explain/k"
      })
  void refusesAMethodThatAPathDoesNotHave(String target) throws IOException {
    for (String method : List.of("PUT", "DELETE", "POST")) {
      RawAnswer answer = request(method, target, "value");
      assertEquals(405, answer.status(), answer.body());
      assertEquals("METHOD_NOT_ALLOWED", answer.code());
    }
  }

  @Test
  void refusesAKeyThatIsTooLong() throws IOException {
    RawAnswer answer = request("PUT", "/stores/harvest/entries/" + "k".repeat(1_025), "value");
    assertEquals(400, answer.status(), answer.body());
    assertEquals("BAD_KEY", answer.code());
    assertEquals(1_025, JSON.readTree(answer.body()).path("value").asInt());
  }

  @Test
  void refusesATargetAndHeadersThatAreTooLong() throws IOException {
    assertEquals(414, request("GET", "/stores/harvest/entries/" + "k".repeat(9_000), "").status());
    String header = "X-Long: " + "h".repeat(70_000);
    RawAnswer answer = raw("GET /cluster HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n");
    assertTrue(answer.status() == 431 || answer.status() == 400, answer.body());
  }

  @Test
  void takesAValueOfTheLargestSizeAndRefusesALargerOne() {
    byte[] largest = Values.of("largest", MIB);
    assertEquals(NodeClient.Outcome.DONE, node.client().put("largest", largest).outcome());
    NodeClient.Answer refused = node.client().put("larger", new byte[MIB + 1]);
    assertEquals(413, refused.status(), refused.text());
    assertEquals("VALUE_TOO_LARGE", refused.json().path("code").asText());
    for (ProcessNode each : CLUSTER.nodes()) {
      assertArrayEquals(largest, each.client().get("largest").body(), each.name());
      assertEquals(NodeClient.Outcome.ABSENT, each.client().get("larger").outcome());
    }
  }

  @Test
  void keepsStrangeKeysApart() {
    List<String> keys =
        List.of(
            ".",
            "..",
            "...",
            "/",
            "//",
            "a/b",
            "a%2Fb",
            "%",
            "%25",
            "+",
            " ",
            "  ",
            "?",
            "#",
            "&key=x",
            "\u0000",
            "\n",
            "\t",
            "é",
            "e\u0301",
            "🌾",
            "👩‍🌾",
            "\uFEFF",
            "'\"`$(;",
            "k".repeat(1_024));
    List<ProcessNode> nodes = CLUSTER.nodes();
    for (String key : keys) {
      NodeClient.Answer put = node.client().put(key, Values.of("strange" + key));
      assertEquals(NodeClient.Outcome.DONE, put.outcome(), key + put.text());
    }
    for (int i = 0; i < keys.size(); i++) {
      NodeClient.Answer got = nodes.get(i % nodes.size()).client().get(keys.get(i));
      assertArrayEquals(Values.of("strange" + keys.get(i)), got.body(), keys.get(i));
    }
  }

  @Test
  void givesUpABodyThatDoesNotArrive() throws IOException {
    RawAnswer answer =
        raw("PUT /stores/harvest/entries/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
    assertEquals(408, answer.status(), answer.body());
    assertEquals("BODY_TIMEOUT", answer.code());
    assertEquals(NodeClient.Outcome.ABSENT, node.client().get("slow").outcome());
  }

  @Test
  void storesNothingOfABodyWhoseSenderIsGone() throws IOException {
    for (int i = 0; i < 50; i++) {
      try (Socket socket = connect()) {
        send(
            socket,
            "PUT /stores/harvest/entries/gone HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
        if (i % 2 == 0) {
          socket.shutdownOutput();
        } else {
          socket.setSoLinger(true, 0); // closes with a reset
        }
      }
    }
    assertEquals(NodeClient.Outcome.ABSENT, node.client().get("gone").outcome());
  }

  @Test
  void servesOthersWhileManyConnectionsAreSilent() throws IOException {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = connect();
        silent.add(socket);
        if (i % 2 == 0) {
          send(socket, "PUT /stores/harvest/entries/k HTTP/1.1\r\nHost:");
        }
      }
      everyNodeServesTheNextRequests();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "complete nonsense\r\n\r\n",
        "GET /cluster HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /cluster HTTP/1.1\r\n\r\n",
        "BREW /cluster HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /stores/s/entries/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "PUT /stores/s/entries/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u0016\u0003\u0001 a greeting of TLS\r\n\r\n"
      })
  void answersWhatIsNoHttpInJson(String text) throws IOException {
    RawAnswer answer = raw(text);
    assertTrue(List.of(400, 501, 505).contains(answer.status()), answer.body());
    assertTrue(!answer.code().isBlank(), answer.body());
  }

  private RawAnswer request(String method, String target, String body) throws IOException {
    return raw(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private RawAnswer raw(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8_192];
      try {
        for (int read = 0;
            read >= 0 && !isWhole(answer);
            read = socket.getInputStream().read(buffer)) {
          answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        }
      } catch (SocketException e) {
        // Refused before it was all sent: what was answered is there.
      }
      int end = answer.indexOf("\r\n\r\n");
      assertTrue(answer.toString().startsWith("HTTP/1.1 ") && end > 0, "answered: " + answer);
      return new RawAnswer(
          Integer.parseInt(answer.substring(9, 12)),
          new String(
              answer.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1),
              StandardCharsets.UTF_8));
    }
  }

  /** Whether the body is as long as it was announced. */
  private static boolean isWhole(CharSequence answer) {
    String text = answer.toString();
    int end = text.indexOf("\r\n\r\n");
    int length = text.indexOf("Content-Length: ");
    if (end < 0 || length < 0 || length > end) {
      return false;
    }
    int announced =
        Integer.parseInt(text.substring(length + 16, text.indexOf("\r\n", length)).strip());
    return text.length() >= end + 4 + announced;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
