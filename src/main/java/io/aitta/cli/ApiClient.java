package io.aitta.cli;

import io.aitta.model.Bytes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The HTTP API as the commands speak it: to one node of a cluster after the other. */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final ClusterFile cluster;
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "aitta-http-client");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpClient client;

  ApiClient(ClusterFile cluster) {
    this.cluster = cluster;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .executor(executor)
            .build();
  }

  ClusterFile cluster() {
    return cluster;
  }

  /** The target of an entry: the form that takes any key. */
  static String entry(String store, String key) {
    return "/stores/" + escape(store) + "/entry?key=" + escape(key);
  }

  /** The target of an entry's explanation. */
  static String explanation(String store, String key) {
    return "/stores/" + escape(store) + "/explain?key=" + escape(key);
  }

  /** Escapes one part of a target. */
  static String escape(String text) {
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw CommandFailure.usage("key must be encodable as UTF-8, has an unpaired surrogate");
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Asks one node after the other until one answers. Only what a node certainly did not carry out
   * is asked of the next one, unless the request changes nothing.
   *
   * @throws CommandFailure if none answers, or one may have carried out a write and did not answer
   */
  ApiAnswer send(Request request) {
    ApiAnswer refusal = null;
    String reason = "";
    for (ClusterFile.Node node : cluster.nodes()) {
      try {
        ApiAnswer answer = answer(client.send(request.to(node), BODY));
        if (answer.status() != 503 || !answer.code().equals("NOT_READY")) {
          return answer;
        }
        refusal = answer;
      } catch (IOException e) {
        reason = node.name() + ": " + reason(e);
        if (!isCertainlyNotSent(e) && request.isWrite()) {
          throw new CommandFailure(
              ExitCode.MAYBE_APPLIED,
              "it may have been applied: " + reason + "; repeating it is safe");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommandFailure.unavailable("interrupted");
      }
    }
    if (refusal != null) {
      return refusal;
    }
    throw CommandFailure.unavailable(
        "no node answers (last tried " + reason + "): 'aitta status' shows which run");
  }

  /** Asks one node, without waiting. */
  CompletableFuture<ApiAnswer> sendAsync(ClusterFile.Node node, Request request) {
    return client.sendAsync(request.to(node), BODY).thenApplyAsync(ApiClient::answer, executor);
  }

  /** Asks one node; null if it does not answer. */
  @Nullable ApiAnswer ask(ClusterFile.Node node, Request request) {
    try {
      return sendAsync(node, request).join();
    } catch (CompletionException e) {
      return null;
    }
  }

  /** Whether one node answers a question as it is to. */
  boolean isOk(ClusterFile.Node node, String target, Duration timeout) {
    ApiAnswer answer = ask(node, Request.get(target, timeout));
    return answer != null && answer.isOk();
  }

  private static final HttpResponse.BodyHandler<byte[]> BODY =
      HttpResponse.BodyHandlers.ofByteArray();

  private static ApiAnswer answer(HttpResponse<byte[]> response) {
    return new ApiAnswer(response.statusCode(), Bytes.wrap(response.body()));
  }

  private static boolean isCertainlyNotSent(IOException failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }

  private static String reason(IOException failure) {
    return failure instanceof ConnectException
        ? "not reachable"
        : String.valueOf(failure.getMessage());
  }

  /**
   * One request, before it is known which node gets it.
   *
   * @param contentType empty for none
   * @param timeout how long the answer may take
   */
  record Request(String method, String target, Bytes body, String contentType, Duration timeout) {

    static Request get(String target, Duration timeout) {
      return new Request("GET", target, Bytes.EMPTY, "", timeout);
    }

    static Request post(String target, Duration timeout) {
      return new Request("POST", target, Bytes.EMPTY, "", timeout);
    }

    boolean isWrite() {
      return !method.equals("GET");
    }

    HttpRequest to(ClusterFile.Node node) {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(
                  URI.create("http://" + ClusterFile.HOST + ":" + node.httpPort() + target))
              .timeout(timeout)
              .method(
                  method,
                  body.size() == 0 && !method.equals("PUT")
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
      if (!contentType.isEmpty()) {
        builder.header("Content-Type", contentType);
      }
      return builder.build();
    }
  }
}
