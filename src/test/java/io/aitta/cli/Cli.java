package io.aitta.cli;

import io.aitta.FreePorts;
import io.aitta.http.FakeNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

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
                new ClusterFile.Node("node-1", 25_601, FreePorts.next(1)),
                new ClusterFile.Node("node-2", 25_602, httpPort)),
            "memory",
            "none",
            2,
            "128m",
            null)
        .write(directory);
  }
}
