package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.http.HttpServerFixture;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node that does not run, and one that finds it unreachable. */
final class RepairCommandTest {
  private static HttpServerFixture server;

  @TempDir private Path directory;
  private final Cli cli = new Cli();

  @BeforeAll
  static void start() throws Exception {
    server = new HttpServerFixture("");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() throws Exception {
    server.node.ready = true;
    Cli.writeCluster(directory, server.port());
  }

  private int run(String... arguments) {
    return cli.run(
        Stream.concat(Stream.of(arguments), Stream.of("--data", directory.toString()))
            .toArray(String[]::new));
  }

  @Test
  void beginsARepairOfEveryNodeAndNamesThoseThatDoNotAnswer() {
    assertEquals(3, run("repair"));
    assertTrue(cli.out().contains("node-1: does not answer"), cli.out());
    assertTrue(cli.out().contains("node-2: repairs 256 partitions"), cli.out());
    assertTrue(cli.err().contains("not everything was compared by node-1:"), cli.err());
  }

  @Test
  void waitsShowingHowFarItIsAndFailsIfNotEverythingWasCompared() {
    assertEquals(3, run("repair", "--wait", "--partition", "0"));
    assertTrue(cli.out().contains(": reads its own replicas: 1 of 1 partitions left"), cli.out());
    assertTrue(
        cli.out()
            .contains(
                ": 511 of 512 replicas compared, 0 failed, 1 unreachable, 3 differences, 80000"
                    + " bytes"),
        cli.out());
    assertTrue(cli.err().contains("run it again"), cli.err());
  }

  @Test
  void aNodeThatIsNotReadySaysSo() {
    server.node.ready = false;
    assertEquals(3, run("repair"));
    assertTrue(cli.out().contains("does not repair"), cli.out());
  }

  @Test
  void aWrongPartitionIsAMistakeOfUsage() {
    assertEquals(2, run("repair", "--partition", "-1"));
  }
}
