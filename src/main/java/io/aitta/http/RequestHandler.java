package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.model.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.stream.SystemMaterializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one request through: judged, admitted, its body read, carried out, answered. */
final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final Routes routes;
  private final Admission admission;
  private final RequestBody bodies;
  private final Executor executor;
  private final long maxValueBytes;

  RequestHandler(ActorSystem<?> system, AittaNode node, HttpSettings settings) {
    this.routes = new Routes(node, settings);
    this.admission = new Admission(settings.maxRequestsInFlight(), settings.maxBytesInFlight());
    this.executor = system.executionContext();
    this.bodies =
        new RequestBody(
            SystemMaterializer.get(system).materializer(), executor, settings.bodyTimeout());
    this.maxValueBytes = settings.maxValueBytes();
  }

  /** Never fails: whatever happens is an answer. */
  CompletionStage<HttpResponse> handle(HttpRequest request) {
    answerIfNobodyDoes(request);
    Operation operation;
    Runnable release;
    try {
      operation = routes.operation(request);
      refuseAnnounced(request, operation);
      long bodyBytes =
          operation.keepsBody() ? RequestBody.reservation(request.entity(), maxValueBytes) : 0;
      release = operation.isBounded() ? admission.admit(bodyBytes) : () -> {};
    } catch (RuntimeException e) {
      return refuseUnread(request, e);
    }
    CompletionStage<HttpResponse> answer;
    try {
      CompletionStage<Bytes> body =
          operation.keepsBody()
              ? bodies.read(request.entity(), maxValueBytes)
              : bodies.discard(request.entity());
      answer = body.thenCompose(operation.run());
    } catch (RuntimeException e) {
      release.run();
      return CompletableFuture.completedStage(answer(e));
    }
    return answer.handle(
        (response, failure) -> {
          release.run();
          return failure == null ? response : answer(failure);
        });
  }

  private void refuseAnnounced(HttpRequest request, Operation operation) {
    long announced = request.entity().getContentLengthOption().orElse(0);
    if (operation.keepsBody() && announced > maxValueBytes && waitsForLeave(request)) {
      throw HttpProblem.tooLarge(announced, maxValueBytes);
    }
  }

  private static boolean waitsForLeave(HttpRequest request) {
    return request.getHeader("Expect").isPresent();
  }

  /** A client that waits for leave to send its body gets the answer instead of the leave. */
  private CompletionStage<HttpResponse> refuseUnread(HttpRequest request, RuntimeException why) {
    HttpResponse response = answer(why);
    return waitsForLeave(request)
        ? CompletableFuture.completedStage(response)
        : bodies.discard(request.entity()).thenApply(ignored -> response);
  }

  private static HttpResponse answer(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof HttpProblem problem) {
      HttpResponse response = Answers.problem(problem);
      boolean isBodyLeft = problem.status() == 408 || problem.status() == 413;
      return isBodyLeft ? response.addHeader(Connection.create("close")) : response;
    }
    if (cause instanceof IllegalArgumentException misuse) {
      return Answers.json(
          400, new ApiError("BAD_REQUEST", String.valueOf(misuse.getMessage()), null, null));
    }
    LOG.error("A request failed with a fault of the node", cause);
    return Answers.json(
        500, new ApiError("INTERNAL", "the node failed: its log says why", null, null));
  }

  /** A write that nobody answered may have been applied, and must not look refused. */
  private static void answerIfNobodyDoes(HttpRequest request) {
    boolean isWrite = request.method().value().matches("PUT|DELETE");
    request
        .getHeader(TimeoutAccess.class)
        .ifPresent(
            header ->
                header
                    .timeoutAccess()
                    .updateHandler(
                        late ->
                            isWrite
                                ? Answers.json(
                                    504,
                                    new ApiError(
                                        "MAYBE_APPLIED",
                                        "the node did not answer: it may have been applied",
                                        null,
                                        null))
                                : Answers.json(
                                    503,
                                    new ApiError(
                                        "NO_ANSWER", "the node did not answer", null, null))));
  }
}
