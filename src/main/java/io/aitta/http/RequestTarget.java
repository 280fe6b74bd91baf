package io.aitta.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's target as it was sent, split and decoded. Pekko's own {@code Uri} drops dot segments
 * and replaces malformed escapes, so it is not asked.
 *
 * @param segments what stands between the slashes of the path
 * @param parameters the query, each name once
 */
record RequestTarget(List<String> segments, Map<String, String> parameters) {

  RequestTarget {
    segments = List.copyOf(segments);
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a target.
   *
   * @throws HttpProblem with status 400 if it is malformed
   */
  static RequestTarget parse(String raw) {
    String target = withoutAuthority(raw);
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    List<String> segments = new ArrayList<>();
    if (path.startsWith("/")) {
      for (String segment : path.substring(1).split("/", -1)) {
        segments.add(PercentDecoding.pathSegment(segment));
      }
    }
    return new RequestTarget(
        segments, question < 0 ? Map.of() : parameters(target.substring(question + 1)));
  }

  /** Proxies send the absolute form: {@code http://host:port/path}. */
  private static String withoutAuthority(String raw) {
    int scheme = raw.indexOf("://");
    if (raw.startsWith("/") || scheme < 0) {
      return raw;
    }
    int end = scheme + 3;
    while (end < raw.length() && raw.charAt(end) != '/' && raw.charAt(end) != '?') {
      end++;
    }
    String rest = raw.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = PercentDecoding.queryPart(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : PercentDecoding.queryPart(pair.substring(equals + 1));
      if (parameters.putIfAbsent(name, value) != null) {
        throw HttpProblem.badRequest(
            "REPEATED_PARAMETER", "parameter [" + name + "] must be given once", name, 1);
      }
    }
    return parameters;
  }
}
