package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that cannot start says why in one line, and ends with the code of a refusal. */
final class CannotStartTest {
  private static final int REFUSED = 3;

  @RegisterExtension static final ProcessCluster CLUSTER = ProcessCluster.ofNodes(1);

  private final int freePort = FreePorts.next(2);
  private Path directory = CLUSTER.directory();
  private ProcessNode second = new ProcessNode("node-1", freePort, freePort + 1, directory);

  @BeforeEach
  void begin(TestInfo test) throws IOException {
    directory = CLUSTER.directory().resolve(test.getTestMethod().orElseThrow().getName());
    Files.createDirectories(directory);
    second = new ProcessNode("node-1", freePort, freePort + 1, directory);
    CLUSTER.writeClusterFile(directory, "rocksdb", List.of(second));
  }

  @AfterEach
  void end() {
    second.killSoon();
  }

  @Test
  void whenItsClusterPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(freePort, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(complaint().contains("" + taken.getLocalPort()));
    }
  }

  @Test
  void whenItsHttpPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(freePort + 1, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(complaint().contains("" + taken.getLocalPort()));
    }
  }

  @Test
  void whenItsDataIsLockedByAnotherProcess() throws IOException {
    Files.createDirectories(directory.resolve("node-1"));
    Files.createSymbolicLink(
        directory.resolve("node-1/data"), CLUSTER.directory().resolve("node-1/data"));
    String complaint = complaint();
    assertTrue(complaint.contains("locked"), complaint);
    assertTrue(CLUSTER.node(1).client().isReady(), "the node that has the data was harmed");
  }

  @Test
  void whenItsConfigurationIsUnreadable() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "aitta { timeout = ");
    String complaint = complaint();
    assertTrue(complaint.contains("unreadable configuration"), complaint);
  }

  @Test
  void whenASettingIsOutOfRange() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "aitta.partitions = 0");
    String complaint = complaint();
    assertTrue(complaint.contains("aitta.partitions must be in [1, 32768], was [0]"), complaint);
  }

  @Test
  void whenASettingDoesNotExist() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "aitta.max-valu-size = 2 MiB");
    String complaint = complaint();
    assertTrue(complaint.contains("aitta.max-valu-size"), complaint);
  }

  @Test
  void whenASettingIsTheCommandsToSay() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "aitta.storage.fsync = none");
    String complaint = complaint();
    assertTrue(complaint.contains("aitta.storage.fsync cannot be set in"), complaint);
    assertTrue(complaint.contains("use --fsync"), complaint);
  }

  private String complaint() {
    second.start(List.of("node-1"));
    int code = second.awaitEnd();
    List<String> complaints = second.complaints();
    assertEquals(1, complaints.size(), second.logText());
    assertEquals(REFUSED, code, second.logText());
    return complaints.get(0);
  }
}
