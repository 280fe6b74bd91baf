package io.aitta.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code cluster.json} in the data directory: what a local cluster was made with, from which every
 * other command learns of its nodes.
 *
 * @param format the form of this file, 1
 * @param nodes every node, node-1 first
 * @param engine the storage engine of every node
 * @param fsync the durability of every node
 * @param replicationFactor K
 * @param heap the heap of every node, as {@code -Xmx} takes it
 * @param config a configuration file of the user's; null if there is none
 */
record ClusterFile(
    int format,
    List<Node> nodes,
    String engine,
    String fsync,
    int replicationFactor,
    String heap,
    @Nullable String config) {

  /** The host of every node of a local cluster. */
  static final String HOST = "127.0.0.1";

  private static final String NAME = "cluster.json";
  private static final String PREFIX = "node-";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  ClusterFile {
    nodes = List.copyOf(nodes);
  }

  /** One node: {@code node-i}, and its folder of that name. */
  record Node(String name, int arteryPort, int httpPort) {

    /** The i of its name. */
    int number() {
      return Integer.parseInt(name.substring(PREFIX.length()));
    }

    /** Where its ActorSystem is reached. */
    String address() {
      return "pekko://aitta@" + HOST + ":" + arteryPort;
    }

    /** Where its HTTP API is reached. */
    String httpAddress() {
      return "http://" + HOST + ":" + httpPort;
    }

    Path folder(Path dataDirectory) {
      return dataDirectory.resolve(name);
    }
  }

  static List<Node> nodes(int count, int arteryPort, int httpPort) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(PREFIX + (i + 1), arteryPort + i, httpPort + i));
    }
    return nodes;
  }

  static boolean exists(Path dataDirectory) {
    return Files.exists(dataDirectory.resolve(NAME));
  }

  /**
   * Reads the file.
   *
   * @throws CommandFailure if there is none or it is unreadable
   */
  static ClusterFile read(Path dataDirectory) {
    Path file = dataDirectory.resolve(NAME);
    if (Files.notExists(file)) {
      throw CommandFailure.unavailable(
          "no cluster in "
              + dataDirectory
              + ": make one with 'aitta up --data DIR', or name its"
              + " directory with --data");
    }
    try {
      ClusterFile cluster = MAPPER.readValue(file.toFile(), ClusterFile.class);
      if (cluster.format() != 1 || cluster.nodes().isEmpty()) {
        throw CommandFailure.unavailable(
            file + " has format [" + cluster.format() + "], this program reads [1]");
      }
      return cluster;
    } catch (JsonProcessingException e) {
      throw CommandFailure.unavailable(file + " is not readable: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw CommandFailure.unavailable(file + " is not readable: " + e.getMessage());
    }
  }

  /** Writes the file: a reader sees all of it or what was there before. */
  void write(Path dataDirectory) throws IOException {
    SafeFiles.replace(dataDirectory.resolve(NAME), MAPPER.writeValueAsBytes(this));
  }

  /** Removes the file again if no node came as far as having data: nothing was made then. */
  void forgetUnlessItHasData(Path dataDirectory) throws IOException {
    boolean hasData =
        nodes.stream().anyMatch(node -> Files.exists(node.folder(dataDirectory).resolve("data")));
    if (!hasData) {
      Files.deleteIfExists(dataDirectory.resolve(NAME));
    }
  }

  /** Whether a node that stopped comes back with its data. */
  boolean isDurable() {
    return !engine.equals("memory");
  }

  /**
   * A further node: with the next number of which there is no data.
   *
   * @param port its cluster port; null for the one that its number gives it
   * @param httpPort the same of its HTTP port
   * @throws CommandFailure if another node has one of the ports
   */
  Node next(Path dataDirectory, @Nullable Integer port, @Nullable Integer httpPort) {
    Node first = nodes.get(0);
    int number = nodes.stream().mapToInt(Node::number).max().orElse(0) + 1;
    while (Files.exists(dataDirectory.resolve(PREFIX + number).resolve("data"))) {
      number++;
    }
    int distance = number - first.number();
    Node next =
        new Node(
            PREFIX + number,
            port == null ? first.arteryPort() + distance : port,
            httpPort == null ? first.httpPort() + distance : httpPort);
    requireUntaken("--port", next.arteryPort());
    requireUntaken("--http-port", next.httpPort());
    if (next.arteryPort() == next.httpPort()) {
      throw CommandFailure.usage(
          "--port and --http-port must differ, were both [" + next.httpPort() + "]");
    }
    return next;
  }

  private void requireUntaken(String option, int port) {
    if (port < 1 || port > 65_535) {
      throw CommandFailure.usage(option + " must be in [1, 65535], was [" + port + "]");
    }
    for (Node node : nodes) {
      if (node.arteryPort() == port || node.httpPort() == port) {
        throw CommandFailure.usage(
            option + " must be a free port, [" + port + "] is " + node.name() + "'s");
      }
    }
  }

  /** The same with a node more. */
  ClusterFile with(Node node) {
    List<Node> more = new ArrayList<>(nodes);
    more.add(node);
    return withNodes(more);
  }

  /** The same without a node. */
  ClusterFile without(Node node) {
    return withNodes(nodes.stream().filter(one -> !one.equals(node)).toList());
  }

  private ClusterFile withNodes(List<Node> others) {
    return new ClusterFile(format, others, engine, fsync, replicationFactor, heap, config);
  }

  /**
   * The node of a name.
   *
   * @throws CommandFailure if there is none
   */
  Node node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "NODE must be one of "
                        + String.join(", ", nodes.stream().map(Node::name).toList())
                        + ", was ["
                        + name
                        + "]"));
  }
}
