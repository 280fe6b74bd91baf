package io.aitta.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.liveness.PeerTransition.Cause;
import io.aitta.model.PeerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random events against a model that keeps the whole history and counts it anew for every event.
 */
final class PeerLivenessPropertyTest {
  private static final int SEQUENCES = 5_000;
  private static final int EVENTS = 30;

  private enum Kind {
    HEARD,
    HEARD_LATE,
    FAILED,
    UNREACHABLE,
    REACHABLE,
    JOINED,
    LEFT,
    TICK
  }

  /** One event; times count from the naming and do not wrap. */
  private record Event(Kind kind, long at) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void agreesWithAModelThatRecountsTheHistory(long seed) {
    Random random = new Random(seed);
    Map<PeerState, Integer> reached = new EnumMap<>(PeerState.class);
    Set<Cause> causes = EnumSet.noneOf(Cause.class);
    int wrapped = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      // Half of the sequences pass the point where the monotonic clock wraps.
      long origin =
          random.nextBoolean() ? Long.MAX_VALUE - random.nextInt(4_000) : random.nextInt();
      int failures = random.nextInt(4) == 0 ? Integer.MAX_VALUE - random.nextInt(4) : 0;
      long end = runSequence(random, origin, failures, reached, causes);
      if (origin > 0 && origin + end < 0) {
        wrapped++;
      }
    }
    for (PeerState state : PeerState.values()) {
      assertTrue(reached.getOrDefault(state, 0) > SEQUENCES / 10, state + " in " + reached);
    }
    assertEquals(EnumSet.allOf(Cause.class), causes);
    assertTrue(wrapped > SEQUENCES / 10, "the clock wrapped in " + wrapped + " sequences");
  }

  private static long runSequence(
      Random random,
      long origin,
      int failuresBefore,
      Map<PeerState, Integer> reached,
      Set<Cause> causes) {
    long suspectAfter = 1L + random.nextInt(500);
    long deadAfter = suspectAfter + random.nextInt(1_000);
    int suspectAfterFailures = 1 + random.nextInt(4);
    LivenessSettings settings =
        new LivenessSettings(
            Duration.ofNanos(suspectAfter), Duration.ofNanos(deadAfter), suspectAfterFailures);
    PeerLiveness peer = new PeerLiveness(settings, origin, failuresBefore);
    Model model = new Model(suspectAfter, deadAfter, suspectAfterFailures, failuresBefore);
    reached.merge(PeerState.UNKNOWN, 1, Integer::sum);
    PeerState before = PeerState.UNKNOWN;
    PeerTransition previous = null;
    long lastSeen = 0;
    long now = 0;
    for (int i = 0; i < EVENTS; i++) {
      now += random.nextInt(random.nextBoolean() ? 20 : 600);
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      long at = kind == Kind.HEARD_LATE ? now - random.nextInt(800) : now;
      model.history.add(new Event(kind, at));
      PeerTransition transition = apply(peer, kind, origin + at);
      assertEquals(model.next(), transition, model.history::toString);
      if (transition != null) {
        assertNotEquals(transition.from(), transition.to());
        assertEquals(before, transition.from(), "transitions chain");
        assertNotEquals(previous, transition, "never the same twice in a row");
        previous = transition;
        reached.merge(transition.to(), 1, Integer::sum);
        causes.add(transition.cause());
      }
      before = peer.state();
      assertEquals(model.state, before);
      assertEquals(model.wasHeard(), peer.wasHeard());
      assertEquals(model.failures(), peer.failures());
      assertTrue(peer.failures() >= 0, "the counter overflowed");
      long seen = peer.lastSeenNanos() - origin;
      assertTrue(seen >= lastSeen, "last seen went back");
      lastSeen = seen;
      assertEquals(model.lastSeen(), seen);
      if (transition != null && transition.to() == PeerState.REMOVED) {
        assertFalse(model.wasHeardSince(now - deadAfter), "removed although it was heard");
      }
    }
    return now;
  }

  private static @Nullable PeerTransition apply(PeerLiveness peer, Kind kind, long nanos) {
    return switch (kind) {
      case HEARD, HEARD_LATE -> peer.heard(nanos);
      case FAILED -> peer.failed();
      case UNREACHABLE -> peer.unreachable();
      case REACHABLE -> {
        peer.reachable();
        yield null;
      }
      case JOINED -> peer.joined();
      case LEFT -> peer.left(nanos);
      case TICK -> peer.tick(nanos);
    };
  }

  /** The table, with every condition counted from the whole history. */
  private static final class Model {
    private final long suspectAfter;
    private final long deadAfter;
    private final int suspectAfterFailures;
    private final int failuresBefore;
    private final List<Event> history = new ArrayList<>();
    private PeerState state = PeerState.UNKNOWN;

    Model(long suspectAfter, long deadAfter, int suspectAfterFailures, int failuresBefore) {
      this.suspectAfter = suspectAfter;
      this.deadAfter = deadAfter;
      this.suspectAfterFailures = suspectAfterFailures;
      this.failuresBefore = failuresBefore;
    }

    /** What the last event of the history must lead to. */
    @Nullable PeerTransition next() {
      Event event = history.get(history.size() - 1);
      long silent = event.at() - lastSeen();
      boolean isAlive = state == PeerState.ALIVE;
      return switch (event.kind()) {
        case HEARD, HEARD_LATE -> to(!isAlive, PeerState.ALIVE, Cause.HEARD);
        case FAILED ->
            to(
                isAlive && failures() >= suspectAfterFailures,
                PeerState.SUSPECT,
                Cause.EXCHANGES_FAILED);
        case UNREACHABLE -> to(isAlive && wasReachable(), PeerState.SUSPECT, Cause.UNREACHABLE);
        case REACHABLE -> null;
        case JOINED -> to(state == PeerState.REMOVED, PeerState.DEAD, Cause.JOINED);
        case LEFT -> to(isGone(silent), PeerState.REMOVED, Cause.LEFT);
        case TICK -> {
          if (isGone(silent)) {
            yield to(true, PeerState.REMOVED, Cause.LEFT);
          }
          boolean canDie =
              EnumSet.of(PeerState.UNKNOWN, PeerState.ALIVE, PeerState.SUSPECT).contains(state);
          if (canDie && isMember() && silent >= deadAfter) {
            yield to(true, PeerState.DEAD, Cause.SILENT);
          }
          yield to(isAlive && silent >= suspectAfter, PeerState.SUSPECT, Cause.SILENT);
        }
      };
    }

    private @Nullable PeerTransition to(boolean happens, PeerState next, Cause cause) {
      if (!happens) {
        return null;
      }
      PeerTransition transition = new PeerTransition(state, next, cause);
      state = next;
      return transition;
    }

    private boolean isGone(long silent) {
      return state != PeerState.REMOVED && !isMember() && silent >= deadAfter;
    }

    private static boolean isHeard(Event event) {
      return event.kind() == Kind.HEARD || event.kind() == Kind.HEARD_LATE;
    }

    boolean wasHeard() {
      return history.stream().anyMatch(Model::isHeard);
    }

    boolean wasHeardSince(long instant) {
      return history.stream().anyMatch(event -> isHeard(event) && event.at() > instant);
    }

    long lastSeen() {
      long latest = 0;
      for (Event event : history) {
        latest = isHeard(event) ? Math.max(latest, event.at()) : latest;
      }
      return latest;
    }

    int failures() {
      long count = failuresBefore;
      for (Event event : history) {
        if (isHeard(event)) {
          count = 0;
        } else if (event.kind() == Kind.FAILED) {
          count++;
        }
      }
      return (int) Math.min(count, Integer.MAX_VALUE);
    }

    private boolean isMember() {
      boolean isMember = true;
      for (Event event : history) {
        if (event.kind() == Kind.JOINED || event.kind() == Kind.LEFT) {
          isMember = event.kind() == Kind.JOINED;
        }
      }
      return isMember;
    }

    /** Whether it was reachable before the last event. */
    private boolean wasReachable() {
      boolean isReachable = true;
      for (Event event : history.subList(0, history.size() - 1)) {
        if (event.kind() == Kind.REACHABLE || event.kind() == Kind.UNREACHABLE) {
          isReachable = event.kind() == Kind.REACHABLE;
        }
      }
      return isReachable;
    }
  }
}
