package io.aitta.cli;

import io.aitta.AittaNode;
import io.aitta.http.FakeNode;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.PeerStatus;
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
 * The process of a node whose store is a map, and which takes all nodes of the cluster's file for
 * alive. A file {@code broken} in its folder breaks it; a file {@code removed} tells how often the
 * cluster removes it before it is ready; with a file {@code loading} it serves and is not ready;
 * with a file {@code stays} it never has nothing left; one that has a file {@code gone} holds
 * nothing.
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
                  return isRemoved() ? removedNode(system) : node();
                })
            .execute(arguments));
  }

  private static FakeNode node() {
    FakeNode node = new FakeNode();
    node.settled = !Files.exists(Path.of("loading"));
    if (!Files.exists(Path.of("stays"))) {
      node.left = CompletableFuture.completedFuture(Done.getInstance());
    }
    Path folder = Path.of("").toAbsolutePath();
    Path cluster = SafeFiles.folder(folder);
    node.peersScript =
        report ->
            ClusterFile.read(cluster).nodes().stream()
                .map(
                    peer ->
                        new PeerStatus(
                            new PeerDescription(
                                new NodeId(peer.number()), "", 1, peer.address() + "/system/aitta"),
                            peer.folder(cluster).equals(folder),
                            !Files.exists(peer.folder(cluster).resolve("gone")),
                            peer.folder(cluster).equals(folder) && node.leaving,
                            PeerState.ALIVE,
                            0,
                            report))
                .toList();
    return node;
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
