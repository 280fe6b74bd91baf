package io.aitta.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.AittaNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/**
 * The HTTP API of one node, listening. Values travel as raw bytes, everything else as JSON; errors
 * are always {@code {code, message, value, bound}}.
 *
 * <table>
 * <caption>Routes</caption>
 * <tr><th>request</th><th>answer</th></tr>
 * <tr><td>{@code PUT /stores/{store}/entries/{key}?consistency=&ttl=&timeout=&settled=}</td>
 * <td>200 receipt; 504 receipt, may have been applied; 400, 413, 429, 503 refused</td></tr>
 * <tr><td>{@code GET /stores/{store}/entries/{key}?consistency=&timeout=}</td>
 * <td>200 value; 404; 429, 503 says nothing about the key</td></tr>
 * <tr><td>{@code DELETE /stores/{store}/entries/{key}?consistency=&timeout=&settled=}</td>
 * <td>as PUT</td></tr>
 * <tr><td>{@code … /stores/{store}/entry?key=}</td><td>the same three, for any key</td></tr>
 * <tr><td>{@code GET /stores/{store}/explain/{key}}, {@code …/explain?key=}</td>
 * <td>200 who holds which version</td></tr>
 * <tr><td>{@code GET /cluster}, {@code GET /cluster/partitions}</td><td>200</td></tr>
 * <tr><td>{@code POST /cluster/leave}</td><td>202 what the node still holds; 200 once that is
 * nothing; 503 if no other node is there to take it</td></tr>
 * <tr><td>{@code GET /health/live}, {@code GET /health/ready}</td><td>200, 503</td></tr>
 * </table>
 */
public final class HttpApi {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ServerBinding binding;

  private HttpApi(ServerBinding binding) {
    this.binding = binding;
  }

  /**
   * Listens. The system's coordinated shutdown stops it too.
   *
   * @param system carries the connections and reads {@code aitta.http.server}
   * @param node carries out the requests
   * @return fails with the reason if the address cannot be bound
   */
  public static CompletionStage<HttpApi> start(
      ActorSystem<?> system, AittaNode node, HttpSettings settings) {
    RequestHandler handler = new RequestHandler(system, node, settings);
    CompletableFuture<HttpApi> started = new CompletableFuture<>();
    // Dependents of Pekko's own stages run on the common pool unless they are given an executor.
    var unused =
        Http.get(system)
            .newServerAt(settings.host(), settings.port())
            .withSettings(serverSettings(system.settings().config(), settings))
            .bind(handler::handle)
            .whenCompleteAsync(
                (binding, failure) -> {
                  if (failure == null) {
                    started.complete(new HttpApi(binding.addToCoordinatedShutdown(GRACE, system)));
                  } else {
                    started.completeExceptionally(failure);
                  }
                },
                system.executionContext());
    return started;
  }

  /** Where it listens; the port that was taken if any free one was asked for. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /**
   * Accepts nothing more, lets requests finish for five seconds, then closes their connections.
   *
   * @return completes when all are closed
   */
  public CompletionStage<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    var unused =
        binding
            .terminate(GRACE)
            .whenCompleteAsync(
                (done, failure) -> {
                  if (failure == null) {
                    stopped.complete(null);
                  } else {
                    stopped.completeExceptionally(failure);
                  }
                },
                Runnable::run);
    return stopped;
  }

  /**
   * Pekko's own time-out for a request is the last resort, for a node that breaks its promise to
   * answer: so it comes after every deadline of ours, and the idle time-out after it.
   */
  private static ServerSettings serverSettings(Config root, HttpSettings settings) {
    Duration request = settings.maxTimeout().plus(settings.bodyTimeout()).plus(GRACE);
    Duration idle = settings.idleTimeout().plus(request);
    Config computed =
        ConfigFactory.parseMap(
            Map.of(
                "request-timeout",
                request.toMillis() + " ms",
                "idle-timeout",
                idle.toMillis() + " ms",
                "max-connections",
                settings.maxConnections(),
                "raw-request-uri-header",
                "on",
                "parsing.error-handler",
                JsonParsingErrorHandler.class.getName()));
    Config server =
        computed
            .withFallback(root.getConfig("aitta.http.server"))
            .withFallback(root.getConfig("pekko.http.server"));
    return ServerSettings.create(
        ConfigFactory.empty().withValue("pekko.http.server", server.root()).withFallback(root));
  }
}
