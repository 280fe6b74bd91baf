package io.aitta.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.aitta.AittaNode;
import io.aitta.http.HttpApi;
import io.aitta.http.HttpSettings;
import io.aitta.storage.StorageException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs one node until it is told to end. What keeps it from starting is one line, from which {@code
 * up} learns why.
 */
@Command(
    name = "node",
    hidden = true,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Runs one node in this process: what 'up' and 'start' start.")
final class NodeCommand implements Callable<Integer> {
  private final Session session;
  private final Function<ActorSystem<?>, AittaNode> open;

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--name", required = true, paramLabel = "NODE", description = "node-1, …")
  private String name = "";

  @Option(names = "--seeds", split = ",", paramLabel = "NODE", description = "Whom it joins.")
  private List<String> seeds = List.of();

  /**
   * @param open opens the store in the node's ActorSystem
   */
  NodeCommand(Session session, Function<ActorSystem<?>, AittaNode> open) {
    this.session = session;
    this.open = open;
  }

  @Override
  public Integer call() {
    Path directory = data.directory();
    @Nullable ActorSystem<Void> system = null;
    try {
      ClusterFile cluster = ClusterFile.read(directory);
      ClusterFile.Node self = cluster.node(name);
      List<String> order =
          seeds.isEmpty() ? cluster.nodes().stream().map(ClusterFile.Node::name).toList() : seeds;
      Config config = NodeConfig.of(directory, cluster, self, order);
      HttpSettings http = HttpSettings.of(config);
      // Before threads of the system do so at once, of which the log would warn.
      LoggerFactory.getILoggerFactory();
      system = ActorSystem.create(Behaviors.empty(), "aitta", config);
      AittaNode node = open.apply(system);
      HttpApi.start(system, node, http).toCompletableFuture().join();
      endIfItNeverServes(system, node);
    } catch (RuntimeException e) {
      if (system == null) {
        print("cannot start: " + reason(e, directory));
        return ExitCode.REFUSED;
      }
      // What fails while the system ends, as it does when the cluster removes it, is no reason.
      end(system, e);
    }
    system.getWhenTerminated().toCompletableFuture().join();
    if (!failed) {
      print("ended: the cluster told this node to leave; 'aitta start " + name + "' starts it");
    }
    // A process that is told to end by a signal does not come here.
    return wasRemoved ? ExitCode.TRY_AGAIN : ExitCode.REFUSED;
  }

  private volatile boolean failed;
  private volatile boolean wasRemoved; // by the cluster, before it served

  private void endIfItNeverServes(ActorSystem<?> system, AittaNode node) {
    var unused =
        node.whenReady()
            .whenComplete(
                (ready, failure) -> {
                  if (failure != null) {
                    end(system, failure);
                  }
                });
  }

  private void end(ActorSystem<?> system, Throwable failure) {
    CoordinatedShutdown.Reason end =
        CoordinatedShutdown.get(system).getShutdownReason().orElse(null);
    wasRemoved = CoordinatedShutdown.clusterDowningReason().equals(end);
    failed = true;
    print("cannot start: " + reason(failure, end));
    system.terminate();
  }

  private void print(String line) {
    session.streams().out().println("aitta: " + line.replaceAll("\\R", " "));
    session.streams().out().flush();
  }

  /** Why the ActorSystem ends tells more than that the node stopped with it. */
  private String reason(Throwable failure, CoordinatedShutdown.@Nullable Reason end) {
    if (wasRemoved) {
      return "the cluster removed this node before it was ready, since others could not reach it"
          + " for a while or had quarantined it";
    }
    return CoordinatedShutdown.incompatibleConfigurationDetectedReason().equals(end)
        ? "its settings are incompatible with those of the running nodes"
        : reason(failure, data.directory());
  }

  /** The first cause that a person can do something about. */
  private static String reason(Throwable failure, Path directory) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return "port in use: " + outermost(failure);
      }
      if (cause instanceof StorageException storage
          && storage.kind() == StorageException.Kind.LOCKED) {
        return "data directory in " + directory + " is locked by another process";
      }
      if (cause instanceof ConfigException) {
        return "unreadable configuration: " + cause.getMessage();
      }
    }
    return outermost(failure);
  }

  private static String outermost(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }
}
