package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.ClusterEvents;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterEvent;
import io.aitta.model.ClusterEvent.ConfigurationChanged;
import io.aitta.model.ClusterEvent.HandedOver;
import io.aitta.model.ClusterEvent.HintsDropped;
import io.aitta.model.ClusterEvent.MemberJoined;
import io.aitta.model.ClusterEvent.MemberLeft;
import io.aitta.model.ClusterEvent.PeerChanged;
import io.aitta.model.ClusterEvent.RepairFinished;
import io.aitta.model.ClusterEvent.StorageFailed;
import io.aitta.model.ClusterEvent.StorageWorks;
import io.aitta.model.ClusterEvent.TransferBegan;
import io.aitta.model.ClusterEvent.TransferFinished;
import io.aitta.model.Consistency;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.TransferPurpose;
import io.aitta.storage.StorageException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of what happens, once it has. */
final class ClusterEventsTest {
  private static final int PARTITIONS = 8;
  private static final int KEYS = 80;

  @TempDir Path directory;

  private static TestClusterBuilder of(int nodes) {
    return TestCluster.of(nodes).with("partitions", PARTITIONS);
  }

  private static void put(TestCluster cluster, int node, int keys) {
    IntStream.range(0, keys)
        .mapToObj(
            number ->
                cluster
                    .node(node)
                    .put(
                        Key.of("orders", "key-" + number),
                        Bytes.ofUtf8("value"),
                        "string",
                        WriteOptions.DEFAULT.with(Consistency.ONE)))
        .toList()
        .forEach(put -> put.toCompletableFuture().join());
  }

  private record Loaded(PartitionId partition, Epoch epoch) {}

  @Test
  void aNodeThatJoinsIsToldOfWithEachPartitionThatItLoads() {
    try (TestCluster cluster = of(3).start();
        SeenEvents events = new SeenEvents(cluster)) {
      put(cluster, 0, KEYS);
      int added = cluster.add();
      NodeId id = cluster.id(added);
      cluster.awaitReady(added);
      cluster.awaitSettled();
      for (int node = 0; node < 3; node++) {
        NodeId teller = cluster.id(node);
        events.await(MemberJoined.class, new MemberJoined(teller, id)::equals);
        events.await(
            PeerChanged.class, peer -> peer.node().equals(teller) && peer.peer().equals(id));
      }
      Set<Loaded> begun = new HashSet<>();
      for (TransferBegan began : events.of(TransferBegan.class)) {
        assertEquals(TransferPurpose.LOAD, began.purpose());
        if (began.node().equals(id)) {
          assertTrue(begun.add(new Loaded(began.partition(), began.epoch())), began.toString());
        }
      }
      assertTrue(!begun.isEmpty(), "it holds something");
      cluster.await(
          "it is told of everything that was loaded",
          () ->
              events.of(TransferFinished.class).stream()
                  .filter(finished -> finished.node().equals(id))
                  .map(finished -> new Loaded(finished.partition(), finished.epoch()))
                  .toList()
                  .containsAll(begun));
      assertTrue(
          events.of(TransferFinished.class).stream()
              .anyMatch(finished -> finished.node().equals(id) && finished.bytes() > 0));
    }
  }

  @Test
  void eachConfigurationIsToldOnceByEveryNodeInOrder() {
    try (TestCluster cluster = of(3).start();
        SeenEvents events = new SeenEvents(cluster)) {
      cluster.awaitReady(cluster.add());
      cluster.awaitSettled();
      for (int node = 0; node < 3; node++) {
        NodeId teller = cluster.id(node);
        Map<PartitionId, Epoch> present = new HashMap<>();
        cluster
            .node(node)
            .partitions()
            .forEach(status -> present.put(status.partition(), status.epoch()));
        cluster.await(
            "the last configurations are told", () -> told(events, teller).equals(moved(present)));
        Map<PartitionId, Epoch> last = new HashMap<>();
        for (ConfigurationChanged changed : events.of(ConfigurationChanged.class)) {
          if (changed.node().equals(teller)) {
            Epoch before = last.put(changed.partition(), changed.epoch());
            assertTrue(before == null || changed.epoch().isNewerThan(before), changed.toString());
          }
        }
      }
    }
  }

  private static Map<PartitionId, Epoch> moved(Map<PartitionId, Epoch> present) {
    Map<PartitionId, Epoch> moved = new HashMap<>(present);
    moved.values().removeIf(Epoch.FIRST::equals);
    return moved;
  }

  private static Map<PartitionId, Epoch> told(SeenEvents events, NodeId teller) {
    Map<PartitionId, Epoch> told = new HashMap<>();
    events.of(ConfigurationChanged.class).stream()
        .filter(changed -> changed.node().equals(teller))
        .forEach(changed -> told.put(changed.partition(), changed.epoch()));
    return told;
  }

  @Test
  void aNodeThatLeavesTellsThatItHandedEverythingOver() {
    try (TestCluster cluster = of(4).start();
        SeenEvents events = new SeenEvents(cluster)) {
      put(cluster, 0, KEYS);
      NodeId left = cluster.id(3);
      cluster.leave(3);
      events.await(HandedOver.class, new HandedOver(left, List.of(), "")::equals);
      events.await(MemberLeft.class, new MemberLeft(cluster.id(0), left)::equals);
      assertEquals(1, events.of(HandedOver.class).size());
    }
  }

  @Test
  void aNodeThatNobodyTakesOverFromTellsWhatItStillHolds() {
    try (TestCluster cluster = of(1).start();
        SeenEvents events = new SeenEvents(cluster)) {
      NodeId id = cluster.id(0);
      var unused = cluster.node(0).leave();
      events.await(
          HandedOver.class,
          handed -> handed.node().equals(id) && handed.missing().size() == PARTITIONS);
    }
  }

  @Test
  void aNodeThatIsLostIsToldOfOnceByEachOther() {
    try (TestCluster cluster = of(3).start();
        SeenEvents events = new SeenEvents(cluster)) {
      NodeId gone = cluster.id(2);
      cluster.kill(2);
      for (int node = 0; node < 2; node++) {
        NodeId teller = cluster.id(node);
        events.await(
            PeerChanged.class,
            peer ->
                peer.node().equals(teller)
                    && peer.peer().equals(gone)
                    && peer.to() == PeerState.DEAD);
        PeerState state = PeerState.ALIVE;
        for (PeerChanged changed : events.of(PeerChanged.class)) {
          if (changed.node().equals(teller) && changed.peer().equals(gone)) {
            assertEquals(state, changed.from());
            state = changed.to();
          }
        }
      }
    }
  }

  @Test
  void aRepairIsToldOfWhenItIsOver() {
    try (TestCluster cluster = of(3).start();
        SeenEvents events = new SeenEvents(cluster)) {
      NodeId id = cluster.id(1);
      cluster.node(1).repair(null).toCompletableFuture().join();
      events.await(RepairFinished.class, finished -> finished.node().equals(id));
      RepairFinished finished = events.of(RepairFinished.class).get(0);
      assertEquals(PARTITIONS, finished.status().partitions());
      assertTrue(finished.status().complete());
      assertTrue(cluster.node(1).repairStatus().complete(), "it was so before it was told");
    }
  }

  @Test
  void aFullDiskIsToldOfOnceAndAlsoThatItHasRoomAgain() {
    Path disk = directory.resolve("node-1");
    try (TestCluster cluster =
            of(3).engine(FailingEngineProvider.class.getName(), directory).start();
        SeenEvents events = new SeenEvents(cluster)) {
      NodeId id = cluster.id(1);
      FailingEngineProvider.fail(disk, StorageException.Kind.FULL);
      put(cluster, 0, KEYS);
      events.await(StorageFailed.class, failed -> failed.node().equals(id));
      FailingEngineProvider.mend(disk);
      put(cluster, 0, KEYS);
      events.await(StorageWorks.class, new StorageWorks(id)::equals);
      assertTrue(events.of(StorageFailed.class).stream().allMatch(StorageFailed::isFull));
      assertEquals(1, events.of(StorageFailed.class).size(), "though many puts failed");
    } finally {
      FailingEngineProvider.mend(disk);
    }
  }

  @Test
  void hintsThatFindNoRoomAreToldOf() {
    try (TestCluster cluster = of(3).with("hints.max-per-peer", 5).start();
        SeenEvents events = new SeenEvents(cluster)) {
      NodeId gone = cluster.id(2);
      cluster.drop(2, true);
      put(cluster, 0, KEYS);
      events.await(HintsDropped.class, dropped -> dropped.target().equals(gone));
      cluster.await(
          "all that were dropped are told of",
          () ->
              events.of(HintsDropped.class).stream()
                      .filter(dropped -> dropped.node().equals(cluster.id(0)))
                      .mapToLong(HintsDropped::hints)
                      .sum()
                  == KEYS - 5);
    }
  }

  @Test
  void aListenerThatThrowsHearsTheNextAndOneThatEndedHearsNothing() {
    try (TestCluster cluster = of(3).start()) {
      AtomicInteger heard = new AtomicInteger();
      ClusterEvents.Listening throwing =
          cluster.listen(
              event -> {
                heard.incrementAndGet();
                throw new IllegalStateException("a listener that fails for a test");
              });
      cluster.kill(2);
      cluster.await("it is called again", () -> heard.get() > 1);
      throwing.close();
      try (SeenEvents others = new SeenEvents(cluster)) {
        cluster.restart(2, true);
        cluster.awaitReady(2);
        cluster.awaitAllAlive();
        others.await(ClusterEvent.PeerChanged.class, changed -> changed.to() == PeerState.ALIVE);
        int before = heard.get();
        cluster.kill(1);
        others.await(PeerChanged.class, changed -> changed.to() == PeerState.DEAD);
        assertEquals(before, heard.get());
      }
    }
  }
}
