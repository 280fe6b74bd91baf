package io.aitta.cli;

import io.aitta.AittaSettings;
import io.aitta.actor.ReconfigurationSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes of a local cluster, found by the pid files in its directory. */
final class LocalNodes {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Path dataDirectory;
  private final ClusterFile cluster;

  LocalNodes(Path dataDirectory, ClusterFile cluster) {
    this.dataDirectory = dataDirectory;
    this.cluster = cluster;
  }

  /**
   * Keeps other commands from starting and stopping nodes of this directory meanwhile.
   *
   * @throws CommandFailure if another one does, or the directory cannot be written to
   */
  static FileChannel lock(Path dataDirectory) throws IOException {
    FileChannel channel;
    try {
      SafeFiles.makeDirectory(dataDirectory);
      Path file = dataDirectory.resolve("lock");
      SafeFiles.makePrivate(file);
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw CommandFailure.unavailable(
          "cannot write to the directory " + dataDirectory + ": " + CommandFailure.reason(e));
    }
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw CommandFailure.unavailable(
          "another aitta command is starting or stopping nodes of " + dataDirectory);
    }
    return channel;
  }

  /**
   * The running process of a node. A process id is taken again by the system, so the process must
   * also carry the node's mark.
   */
  Optional<ProcessHandle> running(ClusterFile.Node node) {
    Path file = node.folder(dataDirectory).resolve("pid");
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      long pid = Long.parseLong(Files.readString(file).strip());
      String marker = NodeLauncher.marker(dataDirectory, node);
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> process.info().commandLine().orElse("").contains(marker + " "));
    } catch (IOException | NumberFormatException e) {
      throw CommandFailure.unavailable(file + " is not readable: " + e.getMessage());
    }
  }

  List<ClusterFile.Node> runningNodes() {
    return cluster.nodes().stream().filter(node -> running(node).isPresent()).toList();
  }

  /**
   * The order in which nodes join: those that run first, then those that are about to. The first of
   * the list may form a cluster alone: a node that starts among running ones must not be the first,
   * and one that starts alone must be, since nobody else would let it in.
   */
  List<String> seeds(List<ClusterFile.Node> starting) {
    Set<ClusterFile.Node> seeds = new LinkedHashSet<>(runningNodes());
    seeds.addAll(starting);
    seeds.addAll(cluster.nodes());
    return seeds.stream().map(ClusterFile.Node::name).toList();
  }

  /**
   * Checks that a node could take its ports.
   *
   * @throws CommandFailure naming the port that is taken
   */
  static void requireFreePorts(ClusterFile.Node node) {
    requireFree(node, "cluster", node.arteryPort());
    requireFree(node, "HTTP", node.httpPort());
  }

  private static void requireFree(ClusterFile.Node node, String what, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As the servers do: a connection of the node before this one may still be closing.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw CommandFailure.unavailable(
          "port "
              + port
              + " ("
              + what
              + " of "
              + node.name()
              + ") is in use: choose others with --port and --http-port");
    }
  }

  /**
   * How long nodes may take to end: as long as they may take to give away what they hold, if they
   * do, and some more.
   */
  static Duration grace(Path dataDirectory, ClusterFile cluster) {
    try {
      ReconfigurationSettings settings =
          AittaSettings.read(
                  NodeConfig.of(dataDirectory, cluster, cluster.nodes().get(0), List.of())
                      .getConfig("aitta"))
              .reconfiguration();
      return settings.leavesOnShutdown(cluster.engine())
          ? GRACE.plus(settings.leaveTimeout())
          : GRACE;
    } catch (CommandFailure | IllegalArgumentException e) {
      return GRACE; // nodes are stopped all the same
    }
  }

  /**
   * Ends nodes: asks all at once, waits, and kills what is left.
   *
   * @param grace zero kills at once
   * @return how many ran
   */
  int stop(List<ClusterFile.Node> nodes, Duration grace) {
    List<ProcessHandle> processes = new ArrayList<>();
    for (ClusterFile.Node node : nodes) {
      running(node).ifPresent(processes::add);
    }
    if (!grace.isZero()) {
      processes.forEach(ProcessHandle::destroy);
    }
    long deadline = System.nanoTime() + grace.toNanos();
    for (ProcessHandle process : processes) {
      if (grace.isZero() || !endsBy(process, deadline)) {
        process.destroyForcibly();
        endsBy(process, System.nanoTime() + Duration.ofSeconds(10).toNanos());
      }
    }
    for (ClusterFile.Node node : nodes) {
      removePid(node);
    }
    return processes.size();
  }

  private static boolean endsBy(ProcessHandle process, long deadlineNanos) {
    try {
      process.onExit().get(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void removePid(ClusterFile.Node node) {
    try {
      if (running(node).isEmpty()) {
        Files.deleteIfExists(node.folder(dataDirectory).resolve("pid"));
      }
    } catch (IOException e) {
      throw CommandFailure.unavailable("pid file of " + node.name() + ": " + e.getMessage());
    }
  }
}
