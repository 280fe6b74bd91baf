package io.aitta.cli;

import io.aitta.AittaNode;
import io.aitta.http.FakeNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;

/**
 * The process of a node whose store is a map. A file {@code broken} in its folder breaks it; a file
 * {@code removed} tells how often the cluster removes it before it is ready.
 */
final class FakeNodeMain {
  private FakeNodeMain() {}

  public static void main(String[] arguments) {
    Session session =
        new Session(Streams.ofProcess(), new NodeLauncher(FakeNodeMain.class.getName()));
    System.exit(
        AittaCommand.commandLine(
                session,
                system -> {
                  if (Files.exists(Path.of("broken"))) {
                    throw new IllegalStateException("this node\nis broken");
                  }
                  write(Path.of("written"), "values");
                  return isRemoved() ? removedNode(system) : new FakeNode();
                })
            .execute(arguments));
  }

  private static boolean isRemoved() {
    Path file = Path.of("removed");
    if (!Files.exists(file)) {
      return false;
    }
    try {
      int times = Integer.parseInt(Files.readString(file));
      write(file, Integer.toString(times - 1));
      return times > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that stops with its ActorSystem, which the cluster ends. */
  private static AittaNode removedNode(ActorSystem<?> system) {
    CompletableFuture<Void> readiness = new CompletableFuture<>();
    FakeNode node = new FakeNode();
    node.ready = false;
    node.readiness = readiness;
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "stop-fake-node",
            () -> {
              readiness.completeExceptionally(new IllegalStateException("stopped"));
              return CompletableFuture.completedStage(Done.getInstance());
            });
    Cluster cluster = Cluster.get(system.classicSystem());
    cluster.registerOnMemberUp(() -> cluster.down(cluster.selfAddress()));
    return node;
  }

  /** As a storage engine does, which asks for no permissions of its own. */
  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
