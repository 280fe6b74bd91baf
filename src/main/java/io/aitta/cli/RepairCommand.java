package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Compares replicas with each other now, after each node read its own anew, and mends what"
            + " differs. One node after the other.")
final class RepairCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--partition",
      paramLabel = "P",
      description = "Only this partition; all without it.")
  private @Nullable Integer partition;

  @Option(names = "--wait", description = "Waits until each node is done, and shows how far it is.")
  private boolean isWaiting;

  RepairCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = session.client(data.directory());
    List<String> incomplete = new ArrayList<>();
    for (ClusterFile.Node node : client.cluster().nodes()) {
      if (!repair(client, node)) {
        incomplete.add(node.name());
      }
    }
    if (!incomplete.isEmpty()) {
      throw CommandFailure.unavailable(
          "not everything was compared by " + String.join(", ", incomplete) + ": run it again");
    }
    return ExitCode.DONE;
  }

  /** Whether a node did everything, as far as it was waited for. */
  private boolean repair(ApiClient client, ClusterFile.Node node) {
    String target = "/cluster/repair" + (partition == null ? "" : "?partition=" + partition);
    ApiAnswer begun = client.ask(node, ApiClient.Request.post(target, PATIENCE));
    if (begun == null) {
      print(node, "does not answer");
      return false;
    }
    if (!begun.isOk()) {
      if (begun.status() == 400) {
        throw begun.failure();
      }
      print(node, "does not repair: " + begun.json().path("message").asText());
      return false;
    }
    if (!isWaiting) {
      print(node, "repairs " + begun.json().path("partitions").asInt() + " partitions");
      return true;
    }
    return await(client, node, begun.json());
  }

  private boolean await(ApiClient client, ClusterFile.Node node, JsonNode first) {
    JsonNode status = first;
    String shown = "";
    while (true) {
      String line = line(status);
      if (!line.equals(shown)) {
        print(node, line);
        shown = line;
      }
      if (status.path("complete").asBoolean()) {
        return status.path("failed").asInt() + status.path("unreachable").asInt() == 0;
      }
      Pause.of(BETWEEN);
      ApiAnswer answer = client.ask(node, ApiClient.Request.get("/cluster/repair", PATIENCE));
      if (answer == null || !answer.isOk()) {
        print(node, "does not answer any more");
        return false;
      }
      status = answer.json();
    }
  }

  private static String line(JsonNode status) {
    if (status.path("building").asInt() > 0) {
      return "reads its own replicas: "
          + status.path("building").asInt()
          + " of "
          + status.path("partitions").asInt()
          + " partitions left";
    }
    return status.path("compared").asInt()
        + " of "
        + status.path("pairs").asInt()
        + " replicas compared, "
        + status.path("failed").asInt()
        + " failed, "
        + status.path("unreachable").asInt()
        + " unreachable, "
        + status.path("differences").asLong()
        + " differences, "
        + status.path("bytes").asLong()
        + " bytes";
  }

  private void print(ClusterFile.Node node, String line) {
    session.streams().out().println(node.name() + ": " + line);
  }
}
