package io.aitta.http;

import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Which codec a body belongs to. The body itself is never looked at: its bytes are stored and
 * returned as they are.
 */
final class Codecs {

  /** Carries the codec id, both ways. */
  static final String HEADER = "Aitta-Codec";

  private static final String BOUND = "[a-z0-9./+-]{1,64}";
  private static final Pattern CODEC_ID = Pattern.compile(BOUND);

  private Codecs() {}

  /** The codec of a put: as the header says, or by the content type. */
  static String of(HttpRequest request) {
    return request
        .getHeader(HEADER)
        .map(header -> checked(header.value()))
        .orElseGet(() -> byContentType(request.entity().getContentType()));
  }

  /** The content type of a value. */
  static ContentType contentType(String codec) {
    return switch (codec) {
      case "json" -> ContentTypes.APPLICATION_JSON;
      case "string" -> ContentTypes.TEXT_PLAIN_UTF8;
      default -> ContentTypes.APPLICATION_OCTET_STREAM;
    };
  }

  private static String checked(String codec) {
    if (!CODEC_ID.matcher(codec).matches()) {
      throw HttpProblem.badRequest(
          "BAD_CODEC", HEADER + " must match " + BOUND + ", was [" + codec + "]", codec, BOUND);
    }
    return codec;
  }

  private static String byContentType(ContentType type) {
    String mediaType = type.mediaType().mainType() + "/" + type.mediaType().subType();
    if (mediaType.equals("application/json")) {
      return "json";
    }
    // The string codec is UTF-8: a text in another charset would come back as another text.
    boolean isUtf8 =
        type.getCharsetOption()
            .map(charset -> charset.value().equalsIgnoreCase("UTF-8"))
            .orElse(true);
    return mediaType.equals("text/plain") && isUtf8 ? "string" : "bytes";
  }
}
