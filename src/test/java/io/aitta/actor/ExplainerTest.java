package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Explanation;
import io.aitta.model.Explanation.ReplicaCopy;
import io.aitta.model.Explanation.State;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExplainerTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Key KEY = Key.of("s", "k");
  private static final Configuration CONFIGURATION =
      Configuration.stable(PartitionId.of(KEY, 4), Epoch.FIRST, Parts.NODES);
  private static final Version VERSION = new Version(HybridTime.ofMillis(500), Parts.B);
  private static final Entry VALUE = Entry.value(VERSION, 2_000, "string", Bytes.ofUtf8("value"));
  private static final Entry EXPIRED = Entry.value(VERSION, 900, "string", Bytes.ofUtf8("value"));

  private final TestProbe<Ask> replicas = ACTORS.probe(Ask.class);
  private final RequestLimit limit = new RequestLimit(10);
  private final CompletableFuture<Explanation> answer = new CompletableFuture<>();

  private ActorRef<Explainer.Command> explain(Map<NodeId, PeerState> states) {
    NodeContext node =
        Parts.node(
            replicas.ref(),
            limit,
            Parts.clock(),
            Parts.serving(),
            ACTORS.probe(HintedHandoff.Command.class).ref());
    node.peers().set(Parts.peers(replicas.ref(), states));
    limit.tryTake();
    return ACTORS.spawn(Explainer.create(node, KEY, CONFIGURATION, answer));
  }

  private static void reply(Ask ask, NodeId from, ReplicaReply reply) {
    ask.replyTo().tell(new Replied(from, ask.round(), reply, Parts.TIME));
  }

  private static ReplicaCopy without(NodeId node, State state) {
    return new ReplicaCopy(node, "", state, Version.NONE, 0, Entry.NEVER);
  }

  private void assertExplained(ActorRef<Explainer.Command> explainer, ReplicaCopy... copies) {
    assertEquals(
        new Explanation(
            CONFIGURATION.partition(), Epoch.FIRST, CONFIGURATION.members(), List.of(copies)),
        answer.join());
    replicas.expectTerminated(explainer);
    assertEquals(0, limit.taken());
  }

  @Test
  void saysWhichReplicaHoldsWhatOnceAllAnswered() {
    ActorRef<Explainer.Command> explainer = explain(Map.of());
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    for (Ask ask : asks) {
      assertEquals(new ReplicaRequest.Read(KEY, Epoch.FIRST), ask.request());
    }
    reply(asks.get(0), Parts.C, new ReplicaReply.Copy(Entry.tombstone(VERSION)));
    reply(asks.get(1), Parts.SELF, new ReplicaReply.Copy(VALUE));
    reply(asks.get(1), Parts.SELF, new ReplicaReply.Copy(VALUE));
    assertFalse(answer.isDone());
    reply(asks.get(2), Parts.B, new ReplicaReply.Copy(null));
    assertExplained(
        explainer,
        new ReplicaCopy(Parts.SELF, "", State.VALUE, VERSION, 5, 2_000),
        without(Parts.B, State.ABSENT),
        new ReplicaCopy(Parts.C, "", State.TOMBSTONE, VERSION, 0, Entry.NEVER));
  }

  @Test
  void anExpiredValueIsATombstone() {
    ActorRef<Explainer.Command> explainer =
        explain(Map.of(Parts.B, PeerState.DEAD, Parts.C, PeerState.UNKNOWN));
    reply(replicas.receiveMessage(), Parts.SELF, new ReplicaReply.Copy(EXPIRED));
    assertExplained(
        explainer,
        new ReplicaCopy(Parts.SELF, "", State.TOMBSTONE, VERSION, 5, 900),
        without(Parts.B, State.UNREACHABLE),
        without(Parts.C, State.UNREACHABLE));
  }

  @Test
  void whoIsDeadIsNotAskedAndWhoRefusesIsUnreachable() {
    ActorRef<Explainer.Command> explainer = explain(Map.of(Parts.C, PeerState.DEAD));
    List<Ask> asks = replicas.receiveSeveralMessages(2);
    replicas.expectNoMessage(Duration.ofMillis(100));
    reply(asks.get(0), Parts.SELF, ReplicaReply.Refused.of(RefusalReason.RECOVERING));
    reply(asks.get(1), Parts.B, new ReplicaReply.Copy(VALUE));
    assertExplained(
        explainer,
        without(Parts.SELF, State.UNREACHABLE),
        new ReplicaCopy(Parts.B, "", State.VALUE, VERSION, 5, 2_000),
        without(Parts.C, State.UNREACHABLE));
  }

  @Test
  void whoIsSilentIsUnreachableWhenTimeIsUp() {
    ActorRef<Explainer.Command> explainer = explain(Map.of());
    List<Ask> asks = replicas.receiveSeveralMessages(3);
    reply(asks.get(0), Parts.B, new ReplicaReply.Copy(VALUE));
    assertExplained(
        explainer,
        without(Parts.SELF, State.UNREACHABLE),
        new ReplicaCopy(Parts.B, "", State.VALUE, VERSION, 5, 2_000),
        without(Parts.C, State.UNREACHABLE));
  }

  @Test
  void withNobodyToAskItAnswersAtOnce() {
    ActorRef<Explainer.Command> explainer =
        explain(
            Map.of(
                Parts.SELF, PeerState.DEAD, Parts.B, PeerState.DEAD, Parts.C, PeerState.REMOVED));
    assertExplained(
        explainer,
        without(Parts.SELF, State.UNREACHABLE),
        without(Parts.B, State.UNREACHABLE),
        without(Parts.C, State.UNREACHABLE));
    replicas.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aStopInTheMiddleIsAnsweredWithWhatIsKnown() {
    ActorRef<Explainer.Command> explainer = explain(Map.of());
    replicas.receiveSeveralMessages(3);
    ACTORS.stop(explainer);
    assertExplained(
        explainer,
        without(Parts.SELF, State.UNREACHABLE),
        without(Parts.B, State.UNREACHABLE),
        without(Parts.C, State.UNREACHABLE));
  }
}
