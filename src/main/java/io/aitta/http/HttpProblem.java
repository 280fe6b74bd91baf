package io.aitta.http;

import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error instead of being carried out. */
final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient ApiError error;
  private final transient @Nullable HttpHeader header;

  HttpProblem(int status, ApiError error) {
    this(status, error, null);
  }

  /** An error whose answer carries one header more. */
  HttpProblem(int status, ApiError error, @Nullable HttpHeader header) {
    // It is an answer and no fault: a stack trace would cost more than the request.
    super(error.message(), null, false, false);
    this.status = status;
    this.error = error;
    this.header = header;
  }

  static HttpProblem badRequest(
      String code, String message, @Nullable Object value, @Nullable Object bound) {
    return new HttpProblem(400, new ApiError(code, message, value, bound));
  }

  static HttpProblem tooLarge(long bytes, long bound) {
    return new HttpProblem(
        413,
        new ApiError(
            "VALUE_TOO_LARGE",
            "value must have at most " + bound + " bytes, has at least [" + bytes + "]",
            bytes,
            bound));
  }

  int status() {
    return status;
  }

  ApiError error() {
    return error;
  }

  @Nullable HttpHeader header() {
    return header;
  }
}
