package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PresenceTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final long SECOND = 1_000_000_000L;

  private final Presence presence = new Presence(Duration.ofSeconds(10));

  private static List<PeerDescription> nodes(NodeId... nodes) {
    return Arrays.stream(nodes).map(node -> new PeerDescription(node, "rack", 2, "at")).toList();
  }

  private List<NodeId> eligible(Set<NodeId> members, Set<NodeId> leaving, long nowNanos) {
    return presence.eligible(members, leaving, nowNanos).stream()
        .map(PeerDescription::node)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {-5 * SECOND, 0, Long.MAX_VALUE - 5 * SECOND})
  void aMemberIsWaitedForAsLongAsTheDelay(long origin) {
    presence.recordAlive(nodes(A, B), origin);
    presence.recordAlive(nodes(A), origin + 1);
    assertEquals(List.of(A, B), eligible(Set.of(A, B), Set.of(), origin + 10 * SECOND - 1));
    assertEquals(List.of(A), eligible(Set.of(A, B), Set.of(), origin + 10 * SECOND));
  }

  @Test
  void aMemberThatWasNeverSeenIsWaitedForSinceTheWatchBegan() {
    assertEquals(List.of(A), eligible(Set.of(A), Set.of(), 0));
    assertEquals(List.of(A), eligible(Set.of(A), Set.of(), 10 * SECOND - 1));
    assertEquals(List.of(), eligible(Set.of(A), Set.of(), 10 * SECOND));
  }

  @Test
  void whoHoldsNothingIsNotWaitedFor() {
    presence.recordAlive(nodes(A, C), 0);
    assertEquals(List.of(A, C), eligible(Set.of(A), Set.of(), 0));
    presence.recordAlive(nodes(A), 1);
    assertEquals(List.of(A), eligible(Set.of(A), Set.of(), 1));
  }

  @Test
  void whoLeavesIsToHoldNothing() {
    presence.recordAlive(nodes(A, B), 0);
    assertEquals(List.of(A), eligible(Set.of(A, B), Set.of(B), 0));
  }

  @Test
  void theyAreDescribedAsTheySaidLast() {
    presence.recordAlive(nodes(A), 0);
    presence.recordAlive(nodes(), 1);
    assertEquals(nodes(A), presence.eligible(Set.of(A), Set.of(), 1));
  }

  @Test
  void oneThatIsNeitherThereNorAMemberIsForgotten() {
    presence.recordAlive(nodes(A, B), 0);
    presence.recordAlive(nodes(A), 1);
    presence.forgetAllBut(Set.of(A), 10 * SECOND);
    assertEquals(
        List.of(nodes(A).get(0), new PeerDescription(B, "", 1, "")),
        presence.eligible(Set.of(A, B), Set.of(), 10 * SECOND),
        "B is met anew");
  }
}
