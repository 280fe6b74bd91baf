package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.aitta.model.Bytes;
import java.io.IOException;

/** What a node answered. */
record ApiAnswer(int status, Bytes body) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  boolean isOk() {
    return status == 200;
  }

  /** The body as JSON; a missing node if it is none. */
  JsonNode json() {
    try {
      return MAPPER.readTree(body.toByteArray());
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** The error's code; empty if the answer is no error of the API. */
  String code() {
    return json().path("code").asText("");
  }

  /** What a person should read if the answer is not what was wanted. */
  CommandFailure failure() {
    if (status == 504) {
      JsonNode json = json();
      String counts =
          json.has("acknowledged")
              ? ": "
                  + json.path("acknowledged").asInt()
                  + " of "
                  + json.path("required").asInt()
                  + " required replicas acknowledged it"
              : "";
      return new CommandFailure(
          ExitCode.MAYBE_APPLIED, "it may have been applied" + counts + "; repeating it is safe");
    }
    String message = json().path("message").asText("the node answered with status " + status);
    int exitCode =
        switch (status) {
          case 404 -> code().equals("NOT_FOUND") ? ExitCode.NOT_FOUND : ExitCode.REFUSED;
          case 400 -> ExitCode.USAGE;
          default -> ExitCode.REFUSED;
        };
    return new CommandFailure(exitCode, message);
  }
}
