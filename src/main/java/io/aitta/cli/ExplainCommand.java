package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Shows which replica holds which version of a key. Never shows the value.")
final class ExplainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", paramLabel = "STORE", description = "The store's name.")
  private String store = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Option(names = "--json", description = "Prints JSON instead of a table.")
  private boolean json;

  ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.stores().add(store);
    ApiClient client = session.client(data.directory());
    ApiAnswer answer =
        client.send(ApiClient.Request.get(ApiClient.explanation(store, key), PATIENCE));
    if (!answer.isOk()) {
      throw answer.failure();
    }
    JsonNode explanation = answer.json();
    if (json) {
      session.streams().out().println(explanation.toPrettyString());
      return ExitCode.DONE;
    }
    Map<String, String> names = names(client);
    Table table = new Table("node", "id", "zone", "state", "version", "bytes", "expires");
    for (JsonNode copy : explanation.path("replicas")) {
      String id = copy.path("node").asText();
      table.row(
          names.getOrDefault(id, "-"),
          id,
          copy.path("zone").asText().isEmpty() ? "-" : copy.path("zone").asText(),
          copy.path("state").asText().toLowerCase(Locale.ROOT),
          text(copy.path("version")),
          copy.path("bytes").asText(),
          text(copy.path("expiresAt")));
    }
    session.streams().out().print(table);
    session
        .streams()
        .out()
        .printf(
            "%npartition %d, epoch %s, %d members%n",
            explanation.path("partition").asInt(),
            explanation.path("epoch").asText(),
            explanation.path("members").size());
    return ExitCode.DONE;
  }

  private static String text(JsonNode node) {
    return node.isNull() ? "-" : node.asText();
  }

  /** Names are worth a request, but no failure: the ids say as much. */
  private static Map<String, String> names(ApiClient client) {
    Map<String, String> names = new HashMap<>();
    try {
      JsonNode status = client.send(ApiClient.Request.get("/cluster", PATIENCE)).json();
      for (JsonNode peer : status.path("peers")) {
        for (ClusterFile.Node node : client.cluster().nodes()) {
          if (node.address().equals(peer.path("address").asText())) {
            names.put(peer.path("node").asText(), node.name());
          }
        }
      }
    } catch (CommandFailure e) {
      names.clear();
    }
    return names;
  }
}
