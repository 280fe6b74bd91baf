package io.aitta.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.liveness.PeerTransition.Cause;
import io.aitta.model.PeerState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PeerLivenessTest {
  private static final long SUSPECT = 300;
  private static final long DEAD = 1_000;
  private static final LivenessSettings SETTINGS =
      new LivenessSettings(Duration.ofNanos(SUSPECT), Duration.ofNanos(DEAD), 3);
  private static final long START = 50;

  @Test
  void beginsUnknownAndNeverHeard() {
    PeerLiveness peer = new PeerLiveness(SETTINGS, START);
    assertEquals(PeerState.UNKNOWN, peer.state());
    assertFalse(peer.wasHeard());
    assertEquals(START, peer.lastSeenNanos());
    assertEquals(0, peer.failures());
  }

  @ParameterizedTest
  @EnumSource(
      value = PeerState.class,
      names = {"ALIVE"},
      mode = EnumSource.Mode.EXCLUDE)
  void becomesAliveFromEveryStateWhenHeard(PeerState from) {
    PeerLiveness peer = in(from);
    assertEquals(new PeerTransition(from, PeerState.ALIVE, Cause.HEARD), peer.heard(9_000));
    assertEquals(PeerState.ALIVE, peer.state());
    assertTrue(peer.wasHeard());
    assertEquals(9_000, peer.lastSeenNanos());
  }

  @Test
  void emitsNothingWhenAnAlivePeerIsHeardAgain() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertNull(peer.heard(START + 5));
    assertEquals(START + 5, peer.lastSeenNanos());
  }

  @Test
  void anEarlierTimeIsProofOfLifeButDoesNotSetLastSeenBack() {
    PeerLiveness peer = in(PeerState.DEAD);
    long lastSeen = peer.lastSeenNanos();
    assertEquals(
        new PeerTransition(PeerState.DEAD, PeerState.ALIVE, Cause.HEARD), peer.heard(START - 10));
    assertEquals(lastSeen, peer.lastSeenNanos());
  }

  @Test
  void aFirstMessageOlderThanTheNamingDoesNotSetLastSeenBack() {
    PeerLiveness peer = new PeerLiveness(SETTINGS, START);
    peer.heard(START - 10);
    assertEquals(START, peer.lastSeenNanos());
    assertTrue(peer.wasHeard());
  }

  @Test
  void becomesSuspectOnceSilentForSuspectAfter() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertNull(peer.tick(START + SUSPECT - 1));
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.SUSPECT, Cause.SILENT),
        peer.tick(START + SUSPECT));
    assertNull(peer.tick(START + SUSPECT + 1));
  }

  @Test
  void becomesSuspectAfterFailuresInARow() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertNull(peer.failed());
    assertNull(peer.failed());
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.SUSPECT, Cause.EXCHANGES_FAILED),
        peer.failed());
    assertNull(peer.failed());
    assertEquals(4, peer.failures());
  }

  @Test
  void countsFailuresSinceItWasHeard() {
    PeerLiveness peer = in(PeerState.ALIVE);
    peer.failed();
    peer.failed();
    peer.heard(START + 1);
    assertEquals(0, peer.failures());
    peer.failed();
    assertNull(peer.failed());
    assertEquals(PeerState.ALIVE, peer.state());
  }

  @ParameterizedTest
  @EnumSource(
      value = PeerState.class,
      names = {"ALIVE"},
      mode = EnumSource.Mode.EXCLUDE)
  void failuresAndUnreachabilityChangeOnlyAnAlivePeer(PeerState state) {
    PeerLiveness peer = in(state);
    for (int i = 0; i < 5; i++) {
      assertNull(peer.failed());
    }
    assertNull(peer.unreachable());
    peer.reachable();
    assertEquals(state, peer.state());
  }

  @Test
  void becomesSuspectWhenUnreachableForTheCluster() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.SUSPECT, Cause.UNREACHABLE),
        peer.unreachable());
    peer.reachable();
    assertEquals(PeerState.SUSPECT, peer.state(), "only hearing it makes it alive");
  }

  @Test
  void beingHeardOutweighsUnreachabilityUntilThatIsNewsAgain() {
    PeerLiveness peer = in(PeerState.ALIVE);
    peer.unreachable();
    peer.heard(START + 1);
    assertNull(peer.unreachable());
    assertEquals(PeerState.ALIVE, peer.state());
    peer.reachable();
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.SUSPECT, Cause.UNREACHABLE),
        peer.unreachable());
  }

  @Test
  void anAliveMemberThatIsSilentForDeadAfterIsDead() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.DEAD, Cause.SILENT), peer.tick(START + DEAD));
    assertNull(peer.tick(START + DEAD + 1));
  }

  @Test
  void aSuspectMemberThatIsSilentForDeadAfterIsDead() {
    PeerLiveness peer = in(PeerState.SUSPECT);
    assertNull(peer.tick(START + DEAD - 1));
    assertEquals(
        new PeerTransition(PeerState.SUSPECT, PeerState.DEAD, Cause.SILENT),
        peer.tick(START + DEAD));
  }

  @Test
  void anUnknownPeerIsDeadAfterDeadAfterAndNeverSuspect() {
    PeerLiveness peer = new PeerLiveness(SETTINGS, START);
    assertNull(peer.tick(START + SUSPECT));
    assertNull(peer.tick(START + DEAD - 1));
    assertEquals(
        new PeerTransition(PeerState.UNKNOWN, PeerState.DEAD, Cause.SILENT),
        peer.tick(START + DEAD));
  }

  @ParameterizedTest
  @EnumSource(
      value = PeerState.class,
      names = {"REMOVED"},
      mode = EnumSource.Mode.EXCLUDE)
  void leavingRemovesEverySilentPeer(PeerState from) {
    PeerLiveness peer = in(from);
    assertEquals(
        new PeerTransition(from, PeerState.REMOVED, Cause.LEFT), peer.left(START + 5 * DEAD));
    assertNull(peer.left(START + 6 * DEAD));
    assertNull(peer.tick(START + 7 * DEAD));
  }

  @Test
  void aPeerThatLeftIsRemovedOnlyOnceItIsSilent() {
    PeerLiveness peer = in(PeerState.ALIVE);
    assertNull(peer.left(START + 1));
    assertNull(peer.tick(START + SUSPECT - 1));
    peer.heard(START + SUSPECT);
    assertNull(peer.tick(START + SUSPECT + 1));
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.REMOVED, Cause.LEFT),
        peer.tick(START + SUSPECT + DEAD));
  }

  @Test
  void aRemovedPeerThatJoinsIsDeadUntilHeard() {
    PeerLiveness peer = in(PeerState.REMOVED);
    long lastSeen = peer.lastSeenNanos();
    assertEquals(
        new PeerTransition(PeerState.REMOVED, PeerState.DEAD, Cause.JOINED), peer.joined());
    assertNull(peer.tick(START + 9 * DEAD));
    assertEquals(lastSeen, peer.lastSeenNanos());
  }

  @ParameterizedTest
  @EnumSource(
      value = PeerState.class,
      names = {"REMOVED"},
      mode = EnumSource.Mode.EXCLUDE)
  void joiningChangesNoOtherState(PeerState state) {
    PeerLiveness peer = in(state);
    assertNull(peer.joined());
    assertEquals(state, peer.state());
  }

  @Test
  void theFailureCounterStopsAtTheLargestInt() {
    PeerLiveness peer = new PeerLiveness(SETTINGS, START, Integer.MAX_VALUE - 1);
    peer.failed();
    peer.failed();
    peer.failed();
    assertEquals(Integer.MAX_VALUE, peer.failures());
  }

  @Test
  void comparesTimesAcrossTheWrap() {
    PeerLiveness peer = new PeerLiveness(SETTINGS, Long.MAX_VALUE - 10);
    peer.heard(Long.MAX_VALUE - 5);
    assertNull(peer.tick(Long.MIN_VALUE + 10));
    peer.heard(Long.MIN_VALUE + 20);
    assertEquals(Long.MIN_VALUE + 20, peer.lastSeenNanos());
    peer.heard(Long.MAX_VALUE);
    assertEquals(Long.MIN_VALUE + 20, peer.lastSeenNanos());
    assertEquals(
        new PeerTransition(PeerState.ALIVE, PeerState.SUSPECT, Cause.SILENT),
        peer.tick(Long.MIN_VALUE + 20 + SUSPECT));
    assertEquals(
        new PeerTransition(PeerState.SUSPECT, PeerState.DEAD, Cause.SILENT),
        peer.tick(Long.MIN_VALUE + 20 + DEAD));
  }

  @Test
  void settingsRefuseWhatContradictsItself() {
    Duration one = Duration.ofSeconds(1);
    assertThrows(IllegalArgumentException.class, () -> new LivenessSettings(Duration.ZERO, one, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new LivenessSettings(Duration.ofSeconds(-1), one, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new LivenessSettings(one, Duration.ofMillis(1), 1));
    assertThrows(IllegalArgumentException.class, () -> new LivenessSettings(one, one, 0));
  }

  /** A peer in the state; heard at START if it was ever heard. */
  private static PeerLiveness in(PeerState state) {
    PeerLiveness peer = new PeerLiveness(SETTINGS, START);
    if (state == PeerState.UNKNOWN) {
      return peer;
    }
    peer.heard(START);
    switch (state) {
      case SUSPECT -> peer.tick(START + SUSPECT);
      case DEAD -> peer.tick(START + DEAD);
      case REMOVED -> {
        peer.left(START + DEAD);
        peer.tick(START + DEAD);
      }
      case UNKNOWN, ALIVE -> {}
    }
    assertEquals(state, peer.state());
    return peer;
  }
}
