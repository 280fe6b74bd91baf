package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a local cluster can do without any one of its nodes. */
final class Wholeness {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ApiClient client;
  private final ProgressLine progress;

  Wholeness(ApiClient client, ProgressLine progress) {
    this.client = client;
    this.progress = progress;
  }

  /**
   * Waits until every node is ready, takes every other one for alive, and no partition moves.
   *
   * @throws CommandFailure with what is missing
   */
  void await(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    for (String missing = missing(); missing != null; missing = missing()) {
      progress.show("waiting: " + missing);
      if (System.nanoTime() > deadline) {
        progress.end();
        throw CommandFailure.unavailable(missing + ", after " + patience.toSeconds() + "s");
      }
      Pause.of(POLL);
    }
  }

  private @Nullable String missing() {
    for (ClusterFile.Node node : client.cluster().nodes()) {
      ApiAnswer ready = ask(node, "/health/ready");
      if (ready == null) {
        return node.name() + " does not answer";
      }
      if (!ready.isOk()) {
        return node.name() + " is not ready: " + ready.json().path("message").asText();
      }
      ApiAnswer status = ask(node, "/cluster");
      if (status == null) {
        return node.name() + " does not answer";
      }
      if (status.json().path("joint").asInt() > 0) {
        return status.json().path("joint").asInt() + " partitions move";
      }
      for (ClusterFile.Node other : client.cluster().nodes()) {
        if (!isAlive(other, status.json())) {
          return node.name() + " does not take " + other.name() + " for alive";
        }
      }
    }
    return null;
  }

  private static boolean isAlive(ClusterFile.Node node, JsonNode status) {
    for (JsonNode peer : status.path("peers")) {
      if (peer.path("address").asText().equals(node.address())
          && peer.path("state").asText().equals("ALIVE")) {
        return true;
      }
    }
    return false;
  }

  private @Nullable ApiAnswer ask(ClusterFile.Node node, String target) {
    return client.ask(node, ApiClient.Request.get(target, PATIENCE));
  }
}
