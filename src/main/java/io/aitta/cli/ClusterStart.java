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

/** Starts nodes and waits until each serves; if one cannot, stops those that it started. */
final class ClusterStart {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int LOG_TAIL_BYTES = 64 << 10;

  private final Path dataDirectory;
  private final ClusterFile cluster;
  private final LocalNodes nodes;
  private final NodeLauncher launcher;
  private final List<Started> started = new ArrayList<>();

  private record Started(ClusterFile.Node node, Process process, long logStart) {}

  ClusterStart(Path dataDirectory, ClusterFile cluster, NodeLauncher launcher) {
    this.dataDirectory = dataDirectory;
    this.cluster = cluster;
    this.nodes = new LocalNodes(dataDirectory, cluster);
    this.launcher = launcher;
  }

  /**
   * Starts nodes that do not run, and waits until all of them are ready.
   *
   * @throws CommandFailure with the reason if one is not; those that were started are stopped
   */
  void start(List<ClusterFile.Node> wanted, Duration patience) throws IOException {
    wanted.forEach(LocalNodes::requireFreePorts);
    List<String> seeds = nodes.seeds();
    try {
      for (ClusterFile.Node node : wanted) {
        Path log = node.folder(dataDirectory).resolve("log");
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        started.add(
            new Started(node, launcher.start(dataDirectory, cluster, node, seeds), logStart));
      }
      awaitReady(patience);
    } catch (CommandFailure | IOException e) {
      nodes.stop(started.stream().map(Started::node).toList(), Duration.ofSeconds(10));
      throw e;
    }
  }

  private void awaitReady(Duration patience) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    List<Started> waiting = new ArrayList<>(started);
    long deadline = System.nanoTime() + patience.toNanos();
    String condition = "it does not answer yet";
    try {
      while (!waiting.isEmpty()) {
        for (Started node : started) {
          if (!node.process().isAlive()) {
            throw CommandFailure.unavailable(node.node().name() + " " + reasonOfDeath(node));
          }
        }
        Started first = waiting.get(0);
        ApiAnswer answer = ready(client, first.node());
        if (answer.isOk()) {
          waiting.remove(0);
          continue;
        }
        condition = answer.json().path("message").asText(condition);
        if (System.nanoTime() > deadline) {
          throw CommandFailure.unavailable(
              first.node().name()
                  + " is not ready after "
                  + patience.toSeconds()
                  + "s: "
                  + condition
                  + "; its log is "
                  + first.node().folder(dataDirectory).resolve("log"));
        }
        // Ends at once if the process does.
        var unused = first.process().waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.unavailable("interrupted");
    }
  }

  private static ApiAnswer ready(HttpClient client, ClusterFile.Node node)
      throws InterruptedException {
    URI uri = URI.create("http://" + ClusterFile.HOST + ":" + node.httpPort() + "/health/ready");
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
