package io.aitta.cli;

import java.time.Duration;

/** Has a node that runs give away what it holds, and waits until it holds nothing. */
final class Departure {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ApiClient client;
  private final ProgressLine progress;

  Departure(ApiClient client, ProgressLine progress) {
    this.client = client;
    this.progress = progress;
  }

  /**
   * Waits until the node holds nothing. If that takes too long it goes on by itself, and may be
   * waited for again.
   *
   * @throws CommandFailure with what it still holds, or why it cannot leave
   */
  void await(ClusterFile.Node node, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      ApiAnswer answer = ask(node);
      if (answer.isOk()) {
        progress.end();
        return;
      }
      if (answer.status() != 202) {
        progress.end();
        throw CommandFailure.unavailable(node.name() + " cannot leave: " + answer.failure().line());
      }
      String held = answer.json().path("partitions").asInt() + " partitions";
      progress.show(node.name() + " gives away what it holds: " + held + " left");
      if (System.nanoTime() > deadline) {
        progress.end();
        throw CommandFailure.unavailable(
            node.name()
                + " still holds "
                + held
                + " after "
                + patience.toSeconds()
                + "s; it goes on, and 'aitta leave "
                + node.name()
                + "' waits for it again");
      }
      Pause.of(POLL);
    }
  }

  private ApiAnswer ask(ClusterFile.Node node) {
    ApiAnswer answer = client.ask(node, ApiClient.Request.post("/cluster/leave", PATIENCE));
    if (answer == null) {
      progress.end();
      throw CommandFailure.unavailable(
          node.name() + " does not answer: 'aitta status' shows which nodes run");
    }
    return answer;
  }
}
