package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Prints what became of a put or a delete. */
final class Receipts {
  private Receipts() {}

  static int print(ApiAnswer answer, boolean json, String done, Streams streams) {
    if (json && (answer.isOk() || answer.status() == 504)) {
      streams.out().println(answer.json().toPrettyString());
      return answer.isOk() ? ExitCode.DONE : ExitCode.MAYBE_APPLIED;
    }
    if (!answer.isOk()) {
      throw answer.failure();
    }
    JsonNode receipt = answer.json();
    streams
        .out()
        .println(
            done
                + ": version "
                + receipt.path("version").asText()
                + ", acknowledged by "
                + receipt.path("acknowledged").asInt()
                + " of "
                + receipt.path("replicas").size()
                + " replicas ("
                + receipt.path("required").asInt()
                + " required)");
    return ExitCode.DONE;
  }
}
