package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.RequestFrame;
import io.aitta.serialization.FrameSerializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stranger in the network sends the actors of a node what is no message: they go on. */
final class MalformedFramesTest {
  private static final List<String> ACTORS =
      List.of("replica", "peers", "founding", "reports", "copies", "pieces");
  private static final List<String> MANIFESTS = List.of("Q", "A", "P", "c", "C", "", "unknown");
  private static final int MESSAGES = 2_000;

  @RegisterExtension static final ProcessCluster CLUSTER = ProcessCluster.ofNodes(3);

  private static final ActorSystem STRANGER = ActorSystem.create("stranger", config());

  private static Config config() {
    return ConfigFactory.parseString(
            """
            pekko {
              loglevel = "ERROR"
              stdout-loglevel = "ERROR"
              actor {
                provider = "remote"
                serializers.aitta-frames = "io.aitta.multijvm.RawSerializer"
                serialization-bindings { "io.aitta.multijvm.RawMessage" = aitta-frames }
              }
              remote.artery {
                transport = tcp
                canonical { hostname = "127.0.0.1", port = 0 }
              }
            }
            """)
        .withFallback(ConfigFactory.load());
  }

  @AfterAll
  static void end() throws Exception {
    STRANGER.terminate();
    STRANGER.getWhenTerminated().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void everyNodeServesTheNextRequestsAndNoneWasGivenUp() {
    CLUSTER.awaitAllAlive();
    for (ProcessNode each : CLUSTER.nodes()) {
      String key = "after-" + each.name();
      NodeClient.Answer put = each.client().put(key, Values.of(key), "?consistency=ALL");
      assertEquals(NodeClient.Outcome.DONE, put.outcome(), put.text());
      for (ProcessNode reader : CLUSTER.nodes()) {
        assertArrayEquals(Values.of(key), reader.client().get(key).body(), reader.name());
      }
      assertEquals(
          1,
          each.logText().lines().filter(line -> line.contains(" serves cluster ")).count(),
          each.name() + " was started again");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytesInEveryKindOfMessage(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextInt(4) > 0) {
        bytes[0] = 1; // the known format
      }
      send(random, bytes);
    }
    awaitArrived();
  }

  /** A third of them are well-formed, and reach actors that take other messages. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void framesThatBreakOffOrAnnounceMoreThanThereIs(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] frame = emptyFrame();
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = frame.clone();
      int at = random.nextInt(bytes.length - 4);
      int fault = random.nextInt(3);
      if (fault == 0) {
        bytes = Arrays.copyOf(bytes, at);
      } else if (fault == 1) {
        // The most that four bytes can announce, anywhere: a count, a length, a part of an id.
        bytes[at] = 0x7F;
        Arrays.fill(bytes, at + 1, at + 4, (byte) 0xFF);
      }
      send(random, bytes);
    }
    awaitArrived();
  }

  @Test
  void objectsThatNoActorOfANodeTakes() throws Exception {
    for (ProcessNode node : CLUSTER.nodes()) {
      for (String actor : ACTORS) {
        for (Object message : List.of("text", 42, 42L)) {
          STRANGER.actorSelection(path(node, actor)).tell(message, ActorRef.noSender());
        }
      }
    }
    awaitArrived();
  }

  @Test
  void bytesThatAreNoRemoting() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (ProcessNode node : CLUSTER.nodes()) {
      for (String start : List.of("", "GET / HTTP/1.1\r\n\r\n", "AKKA\u0001", "AKKA\u0009")) {
        byte[] bytes = new byte[300];
        random.nextBytes(bytes);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.arteryPort())) {
          socket.getOutputStream().write(start.getBytes(StandardCharsets.ISO_8859_1));
          // A frame of 200 bytes, so that nothing large is announced.
          socket.getOutputStream().write(new byte[] {(byte) 200, 0, 0, 0});
          socket.getOutputStream().write(bytes);
          socket.getOutputStream().flush();
        }
      }
    }
  }

  private static byte[] emptyFrame() {
    Incarnation run = Incarnation.of(1, 1);
    return new FrameSerializer((ExtendedActorSystem) STRANGER)
        .toBinary(
            new RequestFrame(
                new ClusterId(new UUID(1, 1)),
                new NodeId(1),
                run,
                new NodeId(2),
                run,
                1,
                HybridTime.ofMillis(1),
                List.of()));
  }

  private static void send(SplittableRandom random, byte[] bytes) {
    List<ProcessNode> nodes = CLUSTER.nodes();
    ProcessNode node = nodes.get(random.nextInt(nodes.size()));
    String actor = ACTORS.get(random.nextInt(ACTORS.size()));
    String manifest = MANIFESTS.get(random.nextInt(MANIFESTS.size()));
    STRANGER
        .actorSelection(path(node, actor))
        .tell(new RawMessage(manifest, Bytes.wrap(bytes)), ActorRef.noSender());
  }

  private static String path(ProcessNode node, String actor) {
    return node.address() + "/system/aitta/" + actor;
  }

  /** Identify is answered behind what was sent before, so all of it has arrived then. */
  private static void awaitArrived() throws Exception {
    for (ProcessNode node : CLUSTER.nodes()) {
      STRANGER
          .actorSelection(path(node, "replica"))
          .resolveOne(Duration.ofSeconds(60))
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }
}
