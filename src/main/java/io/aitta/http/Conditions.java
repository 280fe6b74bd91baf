package io.aitta.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Headers that ask a write for more than it does. Ignoring them would be worse than refusing: a
 * client would take a put for a compare-and-set, or get its compressed bytes back as plain ones.
 */
final class Conditions {
  private static final List<String> REFUSED =
      List.of(
          "If-Match",
          "If-None-Match",
          "If-Modified-Since",
          "If-Unmodified-Since",
          "If-Range",
          "Content-Range",
          "Content-Encoding");

  private Conditions() {}

  /**
   * @throws HttpProblem with status 400 if the write carries one of them
   */
  static void refuse(HttpRequest request) {
    for (String name : REFUSED) {
      String value = request.getHeader(name).map(HttpHeader::value).orElse("identity");
      if (!value.equalsIgnoreCase("identity")) {
        throw HttpProblem.badRequest(
            "UNSUPPORTED_HEADER",
            "writes do not support the header [" + name + "]: leave it out",
            name,
            null);
      }
    }
  }
}
