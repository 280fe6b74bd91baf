package io.aitta.cli;

import io.aitta.http.FakeNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Runs commands in this process, and holds on to what they print. */
final class Cli {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String input = "";

  Cli input(String text) {
    input = text;
    return this;
  }

  int run(String... arguments) {
    out.reset();
    err.reset();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    Session session = new Session(streams, new NodeLauncher(FakeNodeMain.class.getName()));
    return AittaCommand.commandLine(session, system -> new FakeNode()).execute(arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Describes a cluster of one node that is gone and one that answers. */
  static void writeCluster(Path directory, int httpPort) throws IOException {
    new ClusterFile(
            1,
            List.of(
                new ClusterFile.Node("node-1", 25_601, freePorts(1)),
                new ClusterFile.Node("node-2", 25_602, httpPort)),
            "memory",
            "none",
            2,
            "128m",
            null)
        .write(directory);
  }

  /**
   * The first of some neighbouring ports that nobody listens on. Below the ports that the system
   * gives to outgoing connections, which would take the port of a node that is yet to start.
   */
  static int freePorts(int count) throws IOException {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      if (areFree(first, count)) {
        return first;
      }
    }
    throw new IOException("no free ports");
  }

  private static boolean areFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
