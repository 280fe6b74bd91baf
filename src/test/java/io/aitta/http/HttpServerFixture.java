package io.aitta.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.AittaNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpApi}, over a {@link FakeNode} unless a test brings a node, on a free port of this
 * machine, and its clients.
 */
public final class HttpServerFixture implements AutoCloseable {
  public final FakeNode node = new FakeNode();

  private final ActorTestKit testKit;
  private final HttpApi api;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public HttpServerFixture(String overrides) throws Exception {
    this(overrides, null);
  }

  /**
   * @param served the node behind the API; null for the fake one
   */
  HttpServerFixture(String overrides, @Nullable AittaNode served) throws Exception {
    Config config =
        ConfigFactory.parseString(overrides + "\npekko.actor.provider = local")
            .withFallback(ConfigFactory.load());
    testKit = ActorTestKit.create("http", config);
    api =
        HttpApi.start(
                testKit.system(),
                served == null ? node : served,
                HttpSettings.of(config).at("127.0.0.1", 0))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  public int port() {
    return api.address().getPort();
  }

  HttpApi api() {
    return api;
  }

  HttpResponse<String> get(String target) throws Exception {
    return send(request(target).GET());
  }

  HttpResponse<String> put(String target, String body) throws Exception {
    return send(request(target).PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> post(String target) throws Exception {
    return send(request(target).POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + target))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  CompletableFuture<Integer> sendAsync(HttpRequest.Builder request) {
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  /** Sends a text as it is, and returns everything up to the end of the connection. */
  String raw(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Sends one request with a target as it is. */
  String rawTarget(String method, String target) throws IOException {
    return raw(method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
  }
}
