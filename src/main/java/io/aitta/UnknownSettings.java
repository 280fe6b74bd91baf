package io.aitta;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;

/**
 * Finds keys below {@code aitta} that are no setting: they are most often misspelt, and nobody
 * reads them. What was said by system properties is left out, since tools use their names too.
 */
public final class UnknownSettings {
  /** Sections that Pekko or Pekko HTTP reads: any key of theirs may stand there. */
  private static final List<String> OPEN =
      List.of("http.server.", "request-dispatcher.", "storage-dispatcher.", "callback-dispatcher.");

  private UnknownSettings() {}

  /**
   * The full keys, in order.
   *
   * @param config of an application, resolved; the section {@code aitta} may be missing
   */
  public static List<String> of(Config config) {
    if (!config.hasPath("aitta")) {
      return List.of();
    }
    Config known =
        ConfigFactory.defaultReference(UnknownSettings.class.getClassLoader()).getConfig("aitta");
    return config.getConfig("aitta").entrySet().stream()
        .filter(entry -> !isSystemProperty(entry.getValue()))
        .map(Map.Entry::getKey)
        .filter(key -> !known.hasPathOrNull(key) && OPEN.stream().noneMatch(key::startsWith))
        .map(key -> "aitta." + key)
        .sorted()
        .toList();
  }

  private static boolean isSystemProperty(ConfigValue value) {
    return value.origin().description().startsWith("system properties");
  }
}
