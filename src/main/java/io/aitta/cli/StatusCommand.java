package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.aitta.cli.StatusView.Run;
import io.aitta.http.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Shows every node: whether it lives, what it holds, and what moves.")
final class StatusCommand implements Callable<Integer> {
  /** A node asks the others for up to two seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String CLEAR = "\u001B[H\u001B[2J";

  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--json", description = "Prints JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--watch",
      description = "Shows it again and again, with the partitions that move; Ctrl-C ends it.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "How often it is shown with --watch (default: 1s).")
  private @Nullable String interval;

  @Option(names = "--times", paramLabel = "N", description = "Ends --watch after so many times.")
  private @Nullable Integer times;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!watch) {
      if (interval != null || times != null) {
        throw CommandFailure.usage("--interval and --times need --watch");
      }
      StatusView view = look();
      print(json ? view.json().toPrettyString() + System.lineSeparator() : view.text());
      if (!view.isAnswered()) {
        throw CommandFailure.unavailable("no node answers: 'aitta up' starts them");
      }
      return ExitCode.DONE;
    }
    Duration pause =
        interval == null
            ? Duration.ofSeconds(1)
            : DurationText.parse(RequestOptions.checkedDuration("--interval", interval));
    for (int i = 1; ; i++) {
      watchOnce();
      if (times != null && i >= times) {
        return ExitCode.DONE;
      }
      Pause.of(pause);
    }
  }

  private void watchOnce() {
    StatusView view = look();
    if (json) {
      print(view.json() + System.lineSeparator());
    } else {
      boolean isRedrawn = session.streams().isInteractive();
      print(
          (isRedrawn ? CLEAR : "")
              + view.text()
              + (view.isAnswered() ? view.moving() : "no node answers" + System.lineSeparator())
              + (isRedrawn ? "" : System.lineSeparator()));
    }
  }

  private void print(String text) {
    session.streams().out().print(text);
    session.streams().out().flush();
  }

  private StatusView look() {
    ApiClient client = session.client(data.directory());
    List<ClusterFile.Node> nodes = client.cluster().nodes();
    List<CompletableFuture<ApiAnswer>> probes = new ArrayList<>();
    for (ClusterFile.Node node : nodes) {
      probes.add(client.sendAsync(node, ApiClient.Request.get("/health/live", PATIENCE)));
    }
    LocalNodes local = new LocalNodes(data.directory(), client.cluster());
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      runs.add(
          isOk(probes.get(i))
              ? Run.ANSWERS
              : local.running(nodes.get(i)).isPresent() ? Run.SILENT : Run.STOPPED);
    }
    JsonNode status = MissingNode.getInstance();
    JsonNode partitions = MissingNode.getInstance();
    for (int i = 0; i < nodes.size() && status.isMissingNode(); i++) {
      if (runs.get(i) == Run.ANSWERS) {
        status = ask(client, nodes.get(i), "/cluster");
        partitions = ask(client, nodes.get(i), "/cluster/partitions");
      }
    }
    return new StatusView(nodes, runs, status, partitions);
  }

  private static JsonNode ask(ApiClient client, ClusterFile.Node node, String target) {
    ApiAnswer answer = client.ask(node, ApiClient.Request.get(target, PATIENCE));
    return answer != null && answer.isOk() ? answer.json() : MissingNode.getInstance();
  }

  private static boolean isOk(CompletableFuture<ApiAnswer> probe) {
    try {
      return probe.join().isOk();
    } catch (CompletionException e) {
      return false;
    }
  }
}
