package io.aitta.cli;

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
    name = "stop",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Stops one node, or all of them. Their data stays.")
final class StopCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();

  @Parameters(index = "0", arity = "0..1", paramLabel = "NODE", description = "One node alone.")
  private @Nullable String name;

  @Option(names = "--kill", description = "Kills at once, as a crash would (SIGKILL).")
  private boolean kill;

  StopCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = data.directory();
    ClusterFile cluster = ClusterFile.read(directory);
    List<ClusterFile.Node> nodes = name == null ? cluster.nodes() : List.of(cluster.node(name));
    try (FileChannel lock = LocalNodes.lock(directory)) {
      Duration grace = kill ? Duration.ZERO : LocalNodes.grace(directory, cluster);
      int stopped = new LocalNodes(directory, cluster).stop(nodes, grace);
      session
          .streams()
          .out()
          .println(
              stopped == 0
                  ? (name == null ? "no node runs" : name + " does not run")
                  : (kill ? "killed " : "stopped ")
                      + (name == null ? stopped + (stopped == 1 ? " node" : " nodes") : name));
      if (!lock.isOpen()) {
        throw new IllegalStateException("lock was lost");
      }
    }
    return ExitCode.DONE;
  }
}
