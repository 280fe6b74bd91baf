package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.Loss;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What a {@link TombstoneReaper} has around it: its network, replica and peers are probes. */
final class Reaping {
  /** Longer than some ticks and turns. */
  static final Duration SILENCE = Duration.ofMillis(500);

  /** So long dead that nothing waits for it to be older. */
  static final Entry DEAD = tombstone(100);

  private final Actors actors;
  final FailingEngine disk = new FailingEngine();
  final TestProbe<CapturedTransport.Sent> network;
  final TestProbe<Replica.Command> replica;
  final TestProbe<Ask> peers;
  final Published<ServiceState> service = new Published<>(Parts.serving());
  final Published<Map<PartitionId, Loss>> recovering = new Published<>(Map.of());
  final Map<NodeId, PeerState> states = new HashMap<>();
  private Transport transport;

  Reaping(Actors actors) {
    this.actors = actors;
    this.network = actors.probe(CapturedTransport.Sent.class);
    this.replica = actors.probe(Replica.Command.class);
    this.peers = actors.probe(Ask.class);
    this.transport = CapturedTransport.to(network);
  }

  static Entry tombstone(long millis) {
    return Entry.tombstone(new Version(HybridTime.ofMillis(millis), Parts.B));
  }

  static Entry value(long millis) {
    return Entry.value(
        new Version(HybridTime.ofMillis(millis), Parts.B),
        Entry.NEVER,
        "string",
        Bytes.ofUtf8("v" + millis));
  }

  static Key key(int number) {
    return Key.of("s", String.format("k%05d", number));
  }

  void store(PartitionId partition, Key key, Entry entry) {
    try {
      disk.healthy()
          .write(List.of(new Mutation.PutEntry(partition, key, entry, null)), Durability.POLICY);
    } catch (StorageException e) {
      throw new AssertionError(e);
    }
  }

  void become(Configuration configuration) {
    Published<ConfigurationTable> table = Objects.requireNonNull(service.get().table());
    table.set(table.get().with(configuration, true));
  }

  /** What is sent goes through this from the next reaper on. */
  void sendBy(Transport other) {
    transport = other;
  }

  ActorRef<Object> spawn(Duration longestRequest) {
    return actors
        .spawn(
            Behaviors.transformMessages(
                WireMessage.class,
                TombstoneReaper.create(
                    new ReaperWorks(
                        Parts.SELF,
                        Parts.RUN,
                        disk.engine(),
                        replica.ref(),
                        transport,
                        service,
                        new Published<>(Parts.peers(peers.ref(), states)),
                        recovering,
                        Parts.clock(),
                        Duration.ofMillis(50),
                        longestRequest,
                        Duration.ofMillis(50))),
                TombstoneReaper::fromWire))
        .unsafeUpcast();
  }

  /** What another member is asked next. */
  TombstoneMessage.Asked asked() {
    return asked(Duration.ofSeconds(20));
  }

  TombstoneMessage.Asked asked(Duration within) {
    CapturedTransport.Sent sent = network.receiveMessage(within);
    TombstoneMessage.Asked asked = assertInstanceOf(TombstoneMessage.Asked.class, sent.message());
    assertEquals("at-" + asked.header().to().value(), sent.base());
    return asked;
  }

  /** What this node's own replica is asked, or told to drop, next. */
  Replica.Reap reap() {
    return replica.expectMessageClass(Replica.Reap.class);
  }

  /** A member holds the records of these numbers. */
  static TombstoneMessage.Confirmed confirmed(TombstoneMessage.Asked asked, int... held) {
    return confirmed(asked.header(), held);
  }

  static TombstoneMessage.Confirmed confirmed(ComparisonHeader question, int... held) {
    BitSet bits = new BitSet();
    for (int each : held) {
      bits.set(each);
    }
    byte[] bytes = bits.isEmpty() ? new byte[1] : bits.toByteArray();
    return new TombstoneMessage.Confirmed(question.answeredBy(Parts.RUN), Bytes.wrap(bytes));
  }

  /** A member says nothing. */
  static TombstoneMessage.Confirmed refused(TombstoneMessage.Asked asked) {
    return new TombstoneMessage.Confirmed(asked.header().answeredBy(Parts.RUN), Bytes.EMPTY);
  }
}
