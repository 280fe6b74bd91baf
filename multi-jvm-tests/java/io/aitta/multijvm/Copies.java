package io.aitta.multijvm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** Looks at each replica's own copy of a key, which no read repairs. */
final class Copies {
  private Copies() {}

  /** Waits until so many replicas hold the same version. */
  static void awaitSame(ProcessNode asked, String key, int count) {
    Await.until(
        count + " replicas hold one version of " + key,
        () -> {
          JsonNode explanation = asked.client().explain(key);
          Set<String> states = new HashSet<>();
          for (JsonNode replica : explanation.path("replicas")) {
            states.add(replica.path("state").asText() + " " + replica.path("version").asText());
          }
          String only = states.size() == 1 ? states.iterator().next() : "";
          boolean isHeld = only.startsWith("VALUE ") || only.startsWith("TOMBSTONE ");
          return isHeld && explanation.path("replicas").size() == count
              ? null
              : explanation.toString();
        });
  }
}
