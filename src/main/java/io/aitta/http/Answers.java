package io.aitta.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.Refusal;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Makes responses. */
final class Answers {

  /** Tells a client that was refused for the moment when to come back, in seconds. */
  static final HttpHeader RETRY_SOON = RawHeader.create("Retry-After", "1");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Answers() {}

  static HttpResponse json(int status, Object shape) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(shape)));
  }

  static HttpResponse problem(HttpProblem problem) {
    HttpResponse response = json(problem.status(), problem.error());
    HttpHeader header = problem.header();
    return header == null ? response : response.addHeader(header);
  }

  /** The answer to an operation that was refused, or could not be carried out at all. */
  static HttpResponse refusal(Refusal refusal) {
    int status = status(refusal.code());
    HttpResponse response =
        json(
            status,
            new ApiError(
                refusal.code().name(), refusal.message(), refusal.actual(), refusal.wanted()));
    return status == 429 || status == 503 ? response.addHeader(RETRY_SOON) : response;
  }

  private static int status(Refusal.Code code) {
    return switch (code) {
      case OVERLOADED -> 429;
      case VALUE_TOO_LARGE -> 413;
      case KEY_TOO_LARGE -> 400;
      case TOO_FEW_REPLICAS, TOO_FEW_MEMBERS, NOT_READY, CLOCK_AHEAD -> 503;
    };
  }

  private static ByteString bytes(Object shape) {
    try {
      return ByteString.fromArrayUnsafe(MAPPER.writeValueAsBytes(shape));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not writable as JSON: " + shape.getClass(), e);
    }
  }
}
