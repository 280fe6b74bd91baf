package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.aitta.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts and stops real processes, whose store is a map. */
final class LocalClusterTest {
  private static final String LEAVE_TIMEOUT = "aitta.reconfiguration.leave-timeout = 80 s";

  @TempDir private Path directory;
  private final Cli cli = new Cli();

  @AfterEach
  void stopAll() {
    if (ClusterFile.exists(directory)) {
      cli.run("stop", "--kill", "--data", directory.toString());
    }
  }

  @Test
  void startsStopsKillsAndStartsAgain() throws Exception {
    int port = FreePorts.next(4);
    assertEquals(0, up("--nodes", "2", "--port", port + "", "--http-port", (port + 2) + ""));
    assertTrue(cli.out().contains("http://127.0.0.1:" + (port + 3)), cli.out());
    long first = pid("node-1");
    assertTrue(ProcessHandle.of(first).orElseThrow().isAlive());

    assertEquals(0, run("put", "s", "k", "v"));
    assertEquals(0, up());
    assertEquals(first, pid("node-1"));

    assertEquals(2, up("--nodes", "3"));
    assertTrue(cli.err().contains("--nodes is [3]"), cli.err());
    assertTrue(cli.err().contains("[2]"), cli.err());

    Path settings = Files.createFile(directory.resolve("more.conf"));
    assertEquals(2, up("--config", settings.toString()));
    assertTrue(cli.err().contains("but this cluster was made without: leave it out"), cli.err());

    assertEquals(0, run("stop", "--kill", "node-1"));
    assertFalse(ProcessHandle.of(first).isPresent());
    assertFalse(Files.exists(directory.resolve("node-1/pid")));
    assertEquals(0, run("status"));
    assertTrue(cli.out().contains("stopped"), cli.out());

    assertEquals(0, run("start", "node-1"), cli.err());
    assertTrue(pid("node-1") != first);
    assertEquals(0, run("start", "node-1"));
    assertTrue(cli.out().contains("runs already"), cli.out());

    long second = pid("node-2");
    assertEquals(0, run("stop"));
    assertEquals("stopped 2 nodes\n", cli.out());
    assertFalse(ProcessHandle.of(second).isPresent());
    assertEquals(0, run("stop"));
    assertEquals("no node runs\n", cli.out());
    assertEquals(3, run("get", "s", "k"));
  }

  @Test
  void startsNodesOneByOneAfterACrashOfAll() throws Exception {
    int port = FreePorts.next(6);
    assertEquals(0, up("--nodes", "3", "--port", port + "", "--http-port", (port + 3) + ""));
    assertEquals(0, run("stop", "--kill"));
    // Alone it must be the first to be joined: nobody else would let it in.
    LocalNodes nodes = new LocalNodes(directory, ClusterFile.read(directory));
    ClusterFile.Node third = ClusterFile.read(directory).node("node-3");
    assertEquals(List.of("node-3", "node-1", "node-2"), nodes.seeds(List.of(third)));

    assertEquals(0, run("start", "node-3"), cli.err());
    assertEquals("node-3 runs, and serves once 2 of 3 nodes run; 1 does\n", cli.out());
    ClusterFile.Node second = ClusterFile.read(directory).node("node-2");
    assertEquals(List.of("node-3", "node-2", "node-1"), nodes.seeds(List.of(second)));
    assertEquals(0, run("start", "node-2"), cli.err());
    assertEquals("node-2 is ready\n", cli.out());
  }

  @Test
  void addsANodeAndLetsOneLeave() throws Exception {
    int port = FreePorts.next(6);
    assertEquals(3, cli.run("add", "--data", directory.resolve("none").toString()));
    assertEquals(0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 3) + ""));
    assertEquals(3, run("leave", "node-1"));
    assertTrue(cli.err().contains("node-1 is the last node"), cli.err());
    assertEquals(2, run("add", "--port", (port + 3) + ""));
    assertEquals(
        "aitta: --port must be a free port, [" + (port + 3) + "] is node-1's\n", cli.err());
    assertEquals(0, run("add"), cli.err());
    assertTrue(cli.out().startsWith("node-2 is ready at http://127.0.0.1:" + (port + 4)));
    assertEquals(0, run("add", "--json"), cli.err());
    JsonNode added = new ObjectMapper().readTree(cli.out());
    assertEquals("node-3", added.get("name").asText());
    assertEquals(256, added.get("partitions").asInt());
    long third = pid("node-3");

    assertEquals(0, run("leave", "node-1"), cli.err());
    Path kept = directory.resolve("node-1.left");
    assertEquals(
        "node-1 has left: its folder is now "
            + kept
            + "\n2 nodes remain, fewer than the replication factor of 3\n",
        cli.out());
    assertTrue(Files.exists(kept.resolve("log")));
    assertEquals(2, run("start", "node-1"));
    assertEquals(
        List.of("node-2", "node-3"),
        ClusterFile.read(directory).nodes().stream().map(ClusterFile.Node::name).toList());
    // What the cluster was made with is still told from its first node.
    assertEquals(0, up("--nodes", "2", "--port", port + "", "--http-port", (port + 3) + ""));
    assertEquals(third, pid("node-3"));
    assertEquals(2, up("--nodes", "3"));
    assertTrue(cli.err().contains("but this cluster has [2]"), cli.err());
  }

  @Test
  void aNodeThatWasAddedAndNeverStartedIsStartedByTheNextCommand() throws Exception {
    int port = FreePorts.next(6);
    assertEquals(0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 3) + ""));
    ClusterFile before = ClusterFile.read(directory);
    // As if the command had been killed right after it wrote this.
    before.with(before.next(directory, null, null)).write(directory);
    assertEquals(2, run("add", "--port", "1"));
    assertEquals(0, run("add"), cli.err());
    assertTrue(cli.out().startsWith("node-2 is ready"), cli.out());
    assertEquals(2, ClusterFile.read(directory).nodes().size());

    ClusterFile two = ClusterFile.read(directory);
    two.with(two.next(directory, null, null)).write(directory);
    assertEquals(0, run("start", "node-3"), cli.err());
    assertEquals("node-3 is ready\n", cli.out());
  }

  @Test
  void aNodeThatCannotStartIsNotAdded() throws Exception {
    int port = FreePorts.next(4);
    assertEquals(0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 2) + ""));
    Files.createDirectories(directory.resolve("node-2"));
    Files.createFile(directory.resolve("node-2/broken"));
    assertEquals(3, run("add"));
    assertEquals("aitta: node-2 cannot start: this node is broken\n", cli.err());
    assertEquals(1, ClusterFile.read(directory).nodes().size());
    assertTrue(ProcessHandle.of(pid("node-1")).orElseThrow().isAlive());
  }

  @Test
  void aNodeThatLoadsLongerThanOneWaitsIsLeftToGoOn() throws Exception {
    int port = FreePorts.next(4);
    assertEquals(0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 2) + ""));
    Files.createDirectories(directory.resolve("node-2"));
    Files.createFile(directory.resolve("node-2/loading"));
    assertEquals(3, run("add", "--wait", "20s"));
    assertTrue(cli.err().contains("it takes over 16 partitions"), cli.err());
    // Asked again, it is waited for, and no further one is added.
    assertEquals(3, run("add", "--wait", "1s"));
    assertTrue(cli.err().startsWith("aitta: node-2 is not ready after 1s: it takes"), cli.err());
    assertEquals(2, ClusterFile.read(directory).nodes().size());
    assertTrue(ProcessHandle.of(pid("node-2")).orElseThrow().isAlive());
  }

  @Test
  void saysWhatANodeStillHoldsThatDoesNotLeaveInTime() throws Exception {
    int port = FreePorts.next(4);
    assertEquals(0, up("--nodes", "2", "--port", port + "", "--http-port", (port + 2) + ""));
    assertEquals(0, run("stop", "--kill", "node-2"));
    assertEquals(3, run("leave", "node-2"));
    assertTrue(cli.err().contains("node-2 does not run, and may hold"), cli.err());
    Files.createFile(directory.resolve("node-2/stays"));
    assertEquals(0, run("start", "node-2"), cli.err());
    assertEquals(3, run("leave", "node-2", "--wait", "1s"));
    assertEquals(
        "aitta: node-2 still holds 256 partitions after 1s; it goes on, and 'aitta leave node-2'"
            + " waits for it again\n",
        cli.err());
    assertTrue(ProcessHandle.of(pid("node-2")).orElseThrow().isAlive());

    // As if the command had been killed after the node had left and stopped.
    Files.createFile(directory.resolve("node-2/gone"));
    assertEquals(0, run("stop", "node-2"));
    assertEquals(0, run("leave", "node-2", "--json"), cli.err());
    assertEquals(
        directory.resolve("node-2.left").toString(),
        new ObjectMapper().readTree(cli.out()).get("folder").asText());
    assertEquals(1, ClusterFile.read(directory).nodes().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "memory"})
  void restartsOneNodeAfterTheOther(String engine) throws Exception {
    int port = FreePorts.next(4);
    assertEquals(
        0,
        up(
            "--nodes",
            "2",
            "--engine",
            engine,
            "--port",
            port + "",
            "--http-port",
            (port + 2) + ""));
    List<Long> before = List.of(pid("node-1"), pid("node-2"));
    assertEquals(0, run("restart", "--rolling"), cli.err());
    assertTrue(
        cli.out().matches("(node-[12] was restarted in [0-9.]+ s \\([12] of 2\\)\n){2}"),
        cli.out());
    assertTrue(!before.contains(pid("node-1")) && !before.contains(pid("node-2")));
  }

  @Test
  void aRollingRestartStopsAtTheFirstFailure() throws Exception {
    int port = FreePorts.next(6);
    assertEquals(0, up("--nodes", "3", "--port", port + "", "--http-port", (port + 3) + ""));
    Files.createFile(directory.resolve("node-2/broken"));
    long third = pid("node-3");
    assertEquals(3, run("restart", "--rolling", "--json"));
    assertEquals(
        "aitta: node-2 cannot start: this node is broken; 1 of 3 nodes was restarted before this:"
            + " 'aitta status' shows what is missing, node-2/log why; then restart again\n",
        cli.err());
    assertEquals("node-1", new ObjectMapper().readTree(cli.out()).at("/0/name").asText());
    assertEquals(third, pid("node-3"));

    assertEquals(3, run("restart", "--rolling", "--wait", "1s"));
    assertTrue(cli.err().startsWith("aitta: node-2 does not answer, after 1s; no node"), cli.err());
    assertEquals(third, pid("node-3"));
  }

  @Test
  void nodesThatForgotEverythingServeOnceAllOfThemRun() throws Exception {
    int port = FreePorts.next(4);
    assertEquals(
        0,
        up(
            "--nodes",
            "2",
            "--engine",
            "memory",
            "--port",
            port + "",
            "--http-port",
            (port + 2) + ""));
    assertEquals(0, run("stop", "--kill"));
    assertEquals(0, run("start", "node-1"), cli.err());
    assertEquals("node-1 runs, and serves once 2 of 2 nodes run; 1 does\n", cli.out());
  }

  @Test
  void aNodeThatGivesItsDataAwayWhenItStopsIsGivenTheTime() throws Exception {
    Path config = Files.writeString(directory.resolve("a.conf"), LEAVE_TIMEOUT);
    for (String engine : List.of("memory", "rocksdb")) {
      ClusterFile cluster =
          new ClusterFile(
              1, ClusterFile.nodes(2, 1, 3), engine, "none", 2, "1m", config.toString());
      assertEquals(
          engine.equals("memory") ? 100 : 20, LocalNodes.grace(directory, cluster).toSeconds());
    }
    Files.writeString(config, "a {");
    ClusterFile broken =
        new ClusterFile(
            1, ClusterFile.nodes(2, 1, 3), "memory", "none", 2, "1m", config.toString());
    assertEquals(20, LocalNodes.grace(directory, broken).toSeconds());
  }

  @Test
  void whatANodeWritesIsItsOwnersAlone() throws Exception {
    int port = FreePorts.next(2);
    assertEquals(0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 1) + ""));
    for (String file : List.of("written", "log", "pid")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(directory.resolve("node-1").resolve(file))),
          file);
    }
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("node-1"))));
  }

  @Test
  void printsTheNodesAsJson() throws Exception {
    int port = FreePorts.next(2);
    assertEquals(
        0, up("--nodes", "1", "--port", port + "", "--http-port", (port + 1) + "", "--json"));
    JsonNode node = new ObjectMapper().readTree(cli.out()).at("/nodes/0");
    assertEquals("node-1", node.get("name").asText());
    assertEquals("http://127.0.0.1:" + (port + 1), node.get("http").asText());
    assertEquals(pid("node-1"), node.get("pid").asLong());
  }

  @Test
  void saysWhyADirectoryCannotBeUsed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertEquals(3, cli.run("up", "--data", file.toString()));
    assertEquals(
        "aitta: cannot write to the directory " + file + ": not a directory: " + file + "\n",
        cli.err());
    assertEquals(3, cli.run("status", "--data", file.toString()));
    assertTrue(cli.err().contains("is not readable"), cli.err());
  }

  @Test
  void namesThePortThatIsInUse() throws Exception {
    int port = FreePorts.next(4);
    try (ServerSocket taken = new ServerSocket(port + 3, 1, InetAddress.getLoopbackAddress())) {
      assertEquals(3, up("--nodes", "2", "--port", port + "", "--http-port", (port + 2) + ""));
      assertTrue(
          cli.err().contains("port " + taken.getLocalPort() + " (HTTP of node-2) is in use"),
          cli.err());
      assertFalse(ClusterFile.exists(directory));
    }
  }

  @Test
  void saysWhyANodeCannotStartAndStopsTheOthers() throws Exception {
    int port = FreePorts.next(4);
    Files.createDirectories(directory.resolve("node-2"));
    Files.createFile(directory.resolve("node-2/broken"));
    assertEquals(3, up("--nodes", "2", "--port", port + "", "--http-port", (port + 2) + ""));
    assertEquals("aitta: node-2 cannot start: this node is broken\n", cli.err());
    assertFalse(Files.exists(directory.resolve("node-1/pid")));
  }

  @Test
  void startsANodeOnceMoreThatTheClusterRemoved() throws Exception {
    int port = FreePorts.next(4);
    removeAtTheNextStarts("node-2", 1);
    assertEquals(0, up("--nodes", "2", "--port", port + "", "--http-port", (port + 2) + ""));
    assertTrue(ProcessHandle.of(pid("node-2")).orElseThrow().isAlive());
  }

  @Test
  void saysThatTheClusterRemovedANodeTwice() throws Exception {
    int port = FreePorts.next(2);
    removeAtTheNextStarts("node-1", 2);
    assertEquals(3, up("--nodes", "1", "--port", port + "", "--http-port", (port + 1) + ""));
    assertEquals(
        "aitta: node-1 cannot start: the cluster removed this node before it was ready, since"
            + " others could not reach it for a while or had quarantined it\n",
        cli.err());
    assertEquals("0", Files.readString(directory.resolve("node-1/removed")));
  }

  private void removeAtTheNextStarts(String node, int times) throws Exception {
    Files.createDirectories(directory.resolve(node));
    Files.writeString(directory.resolve(node).resolve("removed"), Integer.toString(times));
  }

  @Test
  void namesAKeyOfTheConfigurationThatIsNoSetting() throws Exception {
    Path config = Files.writeString(directory.resolve("a.conf"), "aitta.nosuch = 5");
    assertEquals(3, up("--nodes", "2", "--config", config.toString()));
    assertEquals(
        "aitta: unusable configuration: no setting of this version is aitta.nosuch, which "
            + config
            + " names\n",
        cli.err());
    assertFalse(ClusterFile.exists(directory));
  }

  @ParameterizedTest
  @CsvSource({
    "aitta.http.port = 1, aitta.http.port, --http-port",
    "aitta { http { port = null } }, aitta.http.port, --http-port",
    "aitta.storage.engine = memory, aitta.storage.engine, --engine",
    "aitta.storage.directory = here, aitta.storage.directory, --data",
    "aitta.storage.fsync = none, aitta.storage.fsync, --fsync",
    "aitta.replication-factor = 2, aitta.replication-factor, --replication-factor",
    "aitta.bootstrap.nodes = 2, aitta.bootstrap.nodes, --nodes",
    "pekko.remote.artery.canonical.port = 1, pekko.remote.artery.canonical.port, --port",
    "pekko.cluster.seed-nodes = [], pekko.cluster.seed-nodes, the nodes that run"
  })
  void namesAKeyOfTheConfigurationThatIsTheCommandsToSay(String line, String key, String instead)
      throws Exception {
    Path config = Files.writeString(directory.resolve("a.conf"), line);
    assertEquals(3, up("--nodes", "2", "--config", config.toString()));
    assertTrue(
        cli.err().startsWith("aitta: unusable configuration: " + key + " cannot be set in"),
        cli.err());
    assertTrue(cli.err().contains(instead), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @Test
  void aConfigurationMayBuildOnTheDefaultsAndTheEnvironment() throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("a.conf"),
            """
            aitta.max-value-size = 2 MiB
            aitta.link.max-size = ${aitta.max-value-size}
            aitta.zone = ${?AITTA_NO_SUCH_VARIABLE}
            aitta.http.server.idle-timeout = 70 s
            aitta.storage-dispatcher.shutdown-timeout = 2 s
            app.own = ${pekko.loglevel}
            """);
    assertEquals(
        2 << 20, ConfigFactory.load(NodeConfig.read(config)).getBytes("aitta.link.max-size"));
  }

  @Test
  void saysThatAConfigurationIsUnreadable() throws Exception {
    Path config = Files.writeString(directory.resolve("bad.conf"), "a {");
    assertEquals(3, up("--nodes", "2", "--config", config.toString()));
    assertTrue(cli.err().startsWith("aitta: unreadable configuration: "), cli.err());
    assertEquals(1, cli.err().lines().count());
  }

  @Test
  void doesNotTouchAProcessThatTookTheProcessId() throws Exception {
    Cli.writeCluster(directory, FreePorts.next(1));
    Files.createDirectories(directory.resolve("node-1"));
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(directory.resolve("node-1/pid"), other.pid() + "\n");
      assertEquals(0, run("stop", "--kill"));
      assertEquals("no node runs\n", cli.out());
      assertTrue(other.isAlive());
    } finally {
      other.destroyForcibly();
    }
  }

  private int up(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "up";
    all[1] = "--heap";
    all[2] = "128m";
    System.arraycopy(more, 0, all, 3, more.length);
    return run(all);
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = arguments[0];
    all[1] = "--data";
    all[2] = directory.toString();
    System.arraycopy(arguments, 1, all, 3, arguments.length - 1);
    return cli.run(all);
  }

  private long pid(String node) throws Exception {
    return Long.parseLong(Files.readString(directory.resolve(node).resolve("pid")).strip());
  }
}
