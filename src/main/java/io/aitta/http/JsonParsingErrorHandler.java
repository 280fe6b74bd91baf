package io.aitta.http;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers requests that are no HTTP in the API's JSON. Pekko HTTP makes it by name; nothing else
 * uses it. It logs at debug and no detail: what is malformed may hold a value.
 */
public final class JsonParsingErrorHandler extends ParsingErrorHandler {

  /** Made by Pekko HTTP. */
  public JsonParsingErrorHandler() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    log.debug("Malformed request refused with status {}", status.intValue());
    String code =
        switch (status.intValue()) {
          case 413 -> "VALUE_TOO_LARGE";
          case 414 -> "TARGET_TOO_LONG";
          case 431 -> "HEADERS_TOO_LARGE";
          case 501 -> "UNKNOWN_METHOD";
          default -> "MALFORMED_REQUEST";
        };
    String summary = error.summary().isBlank() ? status.reason() : error.summary();
    Object bound = status.intValue() == 414 ? settings.parserSettings().maxUriLength() : null;
    return Answers.json(status.intValue(), new ApiError(code, summary, null, bound));
  }
}
