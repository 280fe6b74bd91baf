package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Epoch;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.FramePiece;
import io.aitta.model.GetOutcome;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerStatus;
import io.aitta.model.PutOutcome;
import io.aitta.model.ReplyFrame;
import io.aitta.model.ReportReply;
import io.aitta.model.ReportRequest;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.serialization.WireExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stranger may send to a live node, and what must still work afterwards. */
final class HostileMessagesTest {
  private static final Key KEY = Key.of("orders", "42");
  private static final Incarnation RUN = Incarnation.of(1, 1);

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3).start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void everyKindOfMessageAtEveryDoorHarmsNothing() {
    for (WireMessage message : WireExamples.all().values()) {
      doors().forEach(door -> tell(door, message));
    }
    assertWorksAsBefore();
  }

  @Test
  void messagesOfOtherTypesAreCountedAndHarmNothing() {
    List<String> doors = doors();
    for (String door : doors) {
      tell(door, "a text");
      tell(door, 42);
      tell(door, List.of());
    }
    assertWorksAsBefore();
    cluster.await("all are counted", () -> refused() >= 3L * doors.size());
  }

  @Test
  void bytesThatAreNoMessageAreCounted() {
    var serialization = SerializationExtension.get(cluster.system());
    long before = refused();
    assertTrue(serialization.deserialize(new byte[] {1, 2, 3}, 7401, "Q").isFailure());
    assertTrue(serialization.deserialize(new byte[] {1, 2, 3}, 7402, "G").isFailure());
    assertTrue(serialization.deserialize(new byte[] {1}, 7401, "unknown").isFailure());
    cluster.await("three more are counted", () -> refused() == before + 3);
    assertWorksAsBefore();
  }

  @Test
  void messagesThatAreForThisNodeAndMakeNoSenseHarmNothing() {
    NodeId self = cluster.id(0);
    NodeId peer = cluster.id(1);
    NodeId stranger = new NodeId(666);
    Founding empty =
        new Founding(new ClusterId(new UUID(1, 2)), new ClusterShape(32_768, 64), List.of());
    List<WireMessage> messages = new ArrayList<>();
    for (NodeId from : List.of(peer, stranger, self)) {
      messages.add(new FoundingMessage.Prepare(from, self, new Ballot(Long.MAX_VALUE, from)));
      messages.add(
          new FoundingMessage.Promise(from, self, new Ballot(-1, from), Ballot.NONE, empty));
      messages.add(new FoundingMessage.Accept(from, self, new Ballot(9, from), empty));
      messages.add(new FoundingMessage.Decided(from, self, empty));
      messages.add(new FoundingMessage.Stored(from, self, empty.cluster()));
      messages.add(new FoundingMessage.Activated(from, self, empty.cluster()));
      messages.add(
          new CopyRequest(
              1, from, RUN, self, new PartitionId(3), Epoch.FIRST, null, Integer.MAX_VALUE));
      messages.add(
          new CopyRequest(2, from, RUN, self, new PartitionId(32_767), Epoch.FIRST, KEY, -1));
      messages.add(
          new CopyPage(
              0,
              from,
              RUN,
              self,
              new PartitionId(0),
              CopyPage.Status.MORE,
              Version.NONE,
              HybridTime.ZERO,
              List.of()));
      messages.add(
          new FramePiece(from, RUN, self, 1, 0, 2, Integer.MAX_VALUE, Bytes.wrap(new byte[100])));
      messages.add(new FramePiece(from, RUN, self, 2, 0, 2, 60 << 20, Bytes.wrap(new byte[100])));
      messages.add(new FramePiece(from, RUN, self, 3, 0, 2, 4, Bytes.wrap(new byte[] {5, 1})));
      messages.add(new FramePiece(from, RUN, self, 3, 1, 2, 4, Bytes.wrap(new byte[] {5, 1})));
      messages.add(
          new ReplyFrame(from, RUN, self, RUN, Long.MAX_VALUE, HybridTime.ZERO, List.of()));
      messages.add(new ReportRequest(Long.MIN_VALUE, from, self));
      messages.add(new ReportReply(-1, from, self, report()));
    }
    for (WireMessage message : messages) {
      doors().forEach(door -> tell(door, message));
    }
    assertWorksAsBefore();
  }

  @Test
  void greetingsFromNowhereAreIgnored() {
    for (int i = 0; i < 100; i++) {
      for (String address : List.of("", "nowhere", "pekko://x@10.0.0.1:1/system/aitta", "::")) {
        tell(
            base() + "/peers",
            new Greeting(
                new PeerDescription(new NodeId(1000 + i), "", 1, address),
                RUN,
                null,
                true,
                new ClusterShape(1, 1),
                HybridTime.ZERO,
                Long.MIN_VALUE,
                Integer.MAX_VALUE,
                false,
                false,
                null,
                null));
      }
    }
    assertWorksAsBefore();
    assertTrue(
        cluster.node(0).status().toCompletableFuture().join().peers().size() <= 3,
        "strangers became peers");
  }

  private String base() {
    String router =
        ActorRefResolver.get(cluster.system()).toSerializationFormat(cluster.started(0).router());
    return router.substring(0, router.lastIndexOf("/router"));
  }

  private List<String> doors() {
    return List.of(
        base() + "/replica",
        base() + "/peers",
        base() + "/peers/" + cluster.id(1),
        base() + "/founding",
        base() + "/reports",
        base() + "/copies",
        base() + "/pieces");
  }

  private void tell(String door, Object message) {
    ActorRef<Object> receiver = ActorRefResolver.get(cluster.system()).resolveActorRef(door);
    receiver.tell(message);
  }

  private long refused() {
    return cluster.node(0).status().toCompletableFuture().join().peers().stream()
        .filter(PeerStatus::self)
        .map(PeerStatus::report)
        .mapToLong(report -> report == null ? 0 : report.refusedMessages())
        .sum();
  }

  private void assertWorksAsBefore() {
    for (int i = 0; i < 3; i++) {
      AittaNode node = cluster.node(i);
      assertTrue(node.isReady(), node.condition());
      PutResult put =
          node.put(KEY, Bytes.ofUtf8("value " + i), "string", WriteOptions.DEFAULT)
              .toCompletableFuture()
              .join();
      assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
      put.settled().toCompletableFuture().join();
      GetOutcome got = node.get(KEY, ReadOptions.DEFAULT).toCompletableFuture().join();
      assertInstanceOf(GetOutcome.Found.class, got, got.toString());
    }
    cluster.await("nothing is in flight", () -> cluster.requestsInFlight(0) == 0);
  }

  private static NodeReport report() {
    return new NodeReport(
        RUN, true, "", "", "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, "");
  }
}
