package io.aitta.cli;

import io.aitta.model.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Starts nodes and waits until they serve; if one cannot, stops those that it started. A node that
 * the cluster removed while it started, as happens on a busy machine, is started once more.
 */
final class ClusterStart {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int LOG_TAIL_BYTES = 64 << 10;

  private final Path dataDirectory;
  private final ClusterFile cluster;
  private final LocalNodes nodes;
  private final NodeLauncher launcher;
  private final List<Started> started = new ArrayList<>();

  private record Started(
      ClusterFile.Node node, Process process, long logStart, boolean isSecondTry) {}

  /** What a node that was started is waited for. */
  enum Until {
    /** It answers, though it may still wait for others. */
    LIVE("/health/live"),
    /** It serves. */
    READY("/health/ready");

    private final String target;

    Until(String target) {
      this.target = target;
    }
  }

  ClusterStart(Path dataDirectory, ClusterFile cluster, NodeLauncher launcher) {
    this.dataDirectory = dataDirectory;
    this.cluster = cluster;
    this.nodes = new LocalNodes(dataDirectory, cluster);
    this.launcher = launcher;
  }

  /**
   * Starts nodes that do not run, and waits for them.
   *
   * @param others nodes that run already and are waited for too
   * @throws CommandFailure with the reason if one cannot; those that were started are stopped
   */
  void start(
      List<ClusterFile.Node> wanted, List<ClusterFile.Node> others, Until until, Duration patience)
      throws IOException {
    wanted.forEach(LocalNodes::requireFreePorts);
    List<String> seeds = nodes.seeds(wanted);
    try {
      for (ClusterFile.Node node : wanted) {
        started.add(launch(node, seeds, false));
      }
      List<ClusterFile.Node> waiting = new ArrayList<>(wanted);
      waiting.addAll(others);
      await(waiting, until, patience, condition -> {});
    } catch (CommandFailure | IOException e) {
      nodes.stop(started.stream().map(Started::node).toList(), Duration.ofSeconds(10));
      throw e;
    }
  }

  private Started launch(ClusterFile.Node node, List<String> seeds, boolean isSecondTry)
      throws IOException {
    Path log = node.folder(dataDirectory).resolve("log");
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    return new Started(
        node, launcher.start(dataDirectory, cluster, node, seeds), logStart, isSecondTry);
  }

  /** Starts a node again if that may help, or says why it ended. */
  private Started again(Started dead) throws IOException {
    if (dead.isSecondTry() || dead.process().exitValue() != ExitCode.TRY_AGAIN) {
      throw CommandFailure.unavailable(dead.node().name() + " " + reasonOfDeath(dead));
    }
    return launch(dead.node(), nodes.seeds(List.of(dead.node())), true);
  }

  /**
   * Waits for a node that was started until it serves and took over what it is to hold.
   *
   * @param progress is told what it waits for, whenever that was asked
   * @throws CommandFailure with the reason if it does not; it is left running if it runs
   */
  void awaitReady(ClusterFile.Node node, Duration patience, Consumer<String> progress)
      throws IOException {
    await(new ArrayList<>(List.of(node)), Until.READY, patience, progress);
  }

  private void await(
      List<ClusterFile.Node> waiting, Until until, Duration patience, Consumer<String> progress)
      throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    long deadline = System.nanoTime() + patience.toNanos();
    String condition = "it does not answer yet";
    try {
      while (!waiting.isEmpty()) {
        for (int i = 0; i < started.size(); i++) {
          if (!started.get(i).process().isAlive()) {
            started.set(i, again(started.get(i)));
          }
        }
        ClusterFile.Node first = waiting.get(0);
        ApiAnswer answer = health(client, first, until);
        if (answer.isOk()) {
          waiting.remove(0);
          continue;
        }
        condition = answer.json().path("message").asText(condition);
        progress.accept(condition);
        if (System.nanoTime() > deadline) {
          throw CommandFailure.unavailable(
              first.name()
                  + " is not ready after "
                  + patience.toSeconds()
                  + "s: "
                  + condition
                  + "; its log is "
                  + first.folder(dataDirectory).resolve("log"));
        }
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.unavailable("interrupted");
    }
  }

  private static ApiAnswer health(HttpClient client, ClusterFile.Node node, Until until)
      throws InterruptedException {
    URI uri = URI.create("http://" + ClusterFile.HOST + ":" + node.httpPort() + until.target);
    try {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return new ApiAnswer(response.statusCode(), Bytes.wrap(response.body()));
    } catch (IOException e) {
      return new ApiAnswer(0, Bytes.EMPTY);
    }
  }

  /** The line that the node printed before it ended, without what every such line starts with. */
  private String reasonOfDeath(Started node) throws IOException {
    Path log = node.node().folder(dataDirectory).resolve("log");
    String last = "";
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(node.logStart(), file.length() - LOG_TAIL_BYTES));
      byte[] tail = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(tail);
      for (String line : new String(tail, StandardCharsets.UTF_8).split("\n", -1)) {
        if (line.startsWith("aitta: ")) {
          last = line.substring("aitta: ".length()).strip();
        }
      }
    }
    return last.isEmpty()
        ? "ended with code " + node.process().exitValue() + "; its log is " + log
        : last;
  }
}
