package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.model.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.RawRequestURI;

/** Finds the operation that a request asks for, and judges everything of it but the body. */
final class Routes {
  private static final Set<String> READ_ONLY = Set.of("GET");
  private static final Set<String> POST_ONLY = Set.of("POST");

  private final AittaNode node;
  private final EntryRoutes entries;
  private final LeaveRoute leaving;

  Routes(AittaNode node, HttpSettings settings) {
    this.node = node;
    this.entries = new EntryRoutes(node, settings.maxTimeout());
    this.leaving = new LeaveRoute(node);
  }

  /**
   * The operation of a request.
   *
   * @throws HttpProblem if the request is malformed, or there is none
   */
  Operation operation(HttpRequest request) {
    RequestTarget target =
        RequestTarget.parse(
            request
                .getHeader(RawRequestURI.class)
                .map(RawRequestURI::uri)
                .orElseThrow(() -> new IllegalStateException("raw-request-uri-header is off")));
    List<String> path = target.segments();
    Map<String, String> query = target.parameters();
    return switch (path.isEmpty() ? "" : path.get(0)) {
      case "stores" -> store(request, path, query);
      case "cluster" -> cluster(request, path, query);
      case "health" -> health(request, path, query);
      default -> throw noRoute(path);
    };
  }

  private Operation store(HttpRequest request, List<String> path, Map<String, String> query) {
    if (path.size() == 4 && path.get(2).equals("entries")) {
      allow(request, EntryRoutes.METHODS);
      return entries.byPath(request, path.get(1), path.get(3), query);
    }
    if (path.size() == 3 && path.get(2).equals("entry")) {
      allow(request, EntryRoutes.METHODS);
      return entries.byQuery(request, path.get(1), query);
    }
    if (path.size() == 4 && path.get(2).equals("explain")) {
      allow(request, READ_ONLY);
      new Parameters(query, Set.of());
      return explain(Parameters.key(path.get(1), path.get(3)));
    }
    if (path.size() == 3 && path.get(2).equals("explain")) {
      allow(request, READ_ONLY);
      return explain(Parameters.key(path.get(1), new Parameters(query, Set.of("key")).key()));
    }
    throw noRoute(path);
  }

  private Operation cluster(HttpRequest request, List<String> path, Map<String, String> query) {
    if (path.size() == 1) {
      allow(request, READ_ONLY);
      new Parameters(query, Set.of());
      return Operation.withoutBody(
          () ->
              node.status()
                  .thenApply(status -> Answers.json(200, JsonShapes.ClusterShape.of(status))));
    }
    if (path.size() == 2 && path.get(1).equals("partitions")) {
      allow(request, READ_ONLY);
      new Parameters(query, Set.of());
      return Operation.withoutBody(
          () ->
              node.status()
                  .thenApply(
                      status ->
                          Answers.json(
                              200, PartitionShapes.PartitionsShape.of(node.partitions(), status))));
    }
    if (path.size() == 2 && path.get(1).equals("leave")) {
      allow(request, POST_ONLY);
      new Parameters(query, Set.of());
      refuseForeignPages(request);
      return Operation.unbounded(leaving::answer);
    }
    if (path.size() == 2 && path.get(1).equals("repair")) {
      allow(request, RepairRoutes.METHODS);
      refuseForeignPages(request);
      return new RepairRoutes(node).operation(request, query);
    }
    throw noRoute(path);
  }

  /** A web page may post anywhere without asking first; the browser says that it was one. */
  private static void refuseForeignPages(HttpRequest request) {
    request
        .getHeader("Origin")
        .ifPresent(
            origin -> {
              throw new HttpProblem(
                  403,
                  new ApiError("FORBIDDEN", "web pages may not do this", origin.value(), null));
            });
  }

  private Operation health(HttpRequest request, List<String> path, Map<String, String> query) {
    if (path.size() == 2 && path.get(1).equals("live")) {
      allow(request, READ_ONLY);
      new Parameters(query, Set.of());
      return Operation.unbounded(
          () -> completed(Answers.json(200, new JsonShapes.LiveShape(true))));
    }
    if (path.size() == 2 && path.get(1).equals("ready")) {
      allow(request, READ_ONLY);
      new Parameters(query, Set.of());
      return Operation.unbounded(() -> completed(ready()));
    }
    throw noRoute(path);
  }

  private HttpResponse ready() {
    return node.hasSettled()
        ? Answers.json(200, new JsonShapes.ReadyShape(true, node.id().toString()))
        : notReady(node.settlingCondition());
  }

  private Operation explain(Key key) {
    return Operation.withoutBody(
        () ->
            node.explain(key)
                .thenApply(
                    explanation ->
                        explanation.members().isEmpty()
                            ? notReady(node.condition())
                            : Answers.json(200, JsonShapes.ExplanationShape.of(explanation))));
  }

  static HttpResponse notReady(String condition) {
    return Answers.problem(
        new HttpProblem(503, new ApiError("NOT_READY", condition, null, null), Answers.RETRY_SOON));
  }

  private static CompletionStage<HttpResponse> completed(HttpResponse response) {
    return CompletableFuture.completedStage(response);
  }

  /** A HEAD arrives as the GET that it stands for, and its answer leaves without the body. */
  private static void allow(HttpRequest request, Set<String> methods) {
    String method = request.method().value();
    if (!methods.contains(method)) {
      Set<String> sorted = new TreeSet<>(methods);
      if (methods.contains("GET")) {
        sorted.add("HEAD");
      }
      String names = String.join(", ", sorted);
      throw new HttpProblem(
          405,
          new ApiError(
              "METHOD_NOT_ALLOWED",
              "method must be one of " + names + ", was [" + method + "]",
              method,
              names),
          RawHeader.create("Allow", names));
    }
  }

  private static HttpProblem noRoute(List<String> path) {
    String text = "/" + String.join("/", path);
    return new HttpProblem(
        404,
        new ApiError(
            "NO_ROUTE",
            "no such path; a slash within a key is written %2F",
            text,
            "/stores, /cluster, /health"));
  }
}
