package io.aitta.cli;

import io.aitta.http.DurationText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Starts a stopped or killed node again, on its data.")
final class StartCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", paramLabel = "NODE", description = "node-1, node-2, …")
  private String name = "";

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long it may take to be ready (default: 3m).")
  private @Nullable String patience;

  StartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Duration wait = patience(patience);
    Path directory = data.directory();
    ClusterFile cluster = ClusterFile.read(directory);
    ClusterFile.Node node = cluster.node(name);
    try (FileChannel lock = LocalNodes.lock(directory)) {
      if (new LocalNodes(directory, cluster).running(node).isPresent()) {
        session.streams().out().println(name + " runs already");
        return ExitCode.DONE;
      }
      new ClusterStart(directory, cluster, session.launcher()).start(List.of(node), wait);
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    session.streams().out().println(name + " is ready");
    return ExitCode.DONE;
  }

  static Duration patience(@Nullable String text) {
    return text == null
        ? Duration.ofMinutes(3)
        : DurationText.parse(RequestOptions.checkedDuration("--wait", text));
  }
}
