package io.aitta.simulation;

import static io.aitta.simulation.Operation.Kind.DELETE;
import static io.aitta.simulation.Operation.Kind.EXPIRE;
import static io.aitta.simulation.Operation.Kind.GET;
import static io.aitta.simulation.Operation.Kind.PUT;
import static io.aitta.simulation.Operation.NEVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LinearizabilityCheckerTest {

  private static Operation op(int id, Operation.Kind kind, int value, long invoked, long returned) {
    return new Operation(id, kind, value, invoked, returned);
  }

  private static boolean passes(Operation... operations) {
    return LinearizabilityChecker.check(List.of(operations)).isEmpty();
  }

  @Test
  void aReadAfterAnAcknowledgedPutMustSeeIt() {
    assertTrue(passes(op(1, PUT, 1, 0, 1), op(2, GET, 1, 2, 3)));
    assertFalse(passes(op(1, PUT, 1, 0, 1), op(2, GET, 0, 2, 3)));
  }

  @Test
  void aReadBesideAPutMaySeeEither() {
    assertTrue(passes(op(1, PUT, 1, 0, 5), op(2, GET, 0, 1, 2), op(3, GET, 1, 3, 4)));
  }

  @Test
  void readsNeverGoBackInTime() {
    assertFalse(passes(op(1, PUT, 1, 0, 9), op(2, GET, 1, 1, 2), op(3, GET, 0, 3, 4)));
  }

  @Test
  void anUnknownPutMaySurfaceLateOnce() {
    assertTrue(passes(op(1, PUT, 1, 0, NEVER), op(2, GET, 0, 1, 2), op(3, GET, 1, 3, 4)));
    assertFalse(
        passes(
            op(1, PUT, 1, 0, NEVER),
            op(2, GET, 1, 1, 2),
            op(3, DELETE, 0, 3, 4),
            op(4, GET, 1, 5, 6)));
  }

  @Test
  void aRefusedPutIsInNoHistorySoReadingItFails() {
    assertFalse(passes(op(1, GET, 7, 0, 1)));
  }

  @Test
  void aDeletedKeyDoesNotComeBack() {
    assertFalse(passes(op(1, PUT, 1, 0, 1), op(2, DELETE, 0, 2, 3), op(3, GET, 1, 4, 5)));
  }

  @Test
  void anUpdateIsNotLost() {
    assertFalse(
        passes(op(1, PUT, 1, 0, 1), op(2, PUT, 2, 2, 3), op(3, GET, 1, 4, 5), op(4, GET, 2, 6, 7)));
  }

  @Test
  void anExpiryTakesEffectOnceAndOnItsOwnValueAlone() {
    assertTrue(
        passes(
            op(1, PUT, 1, 0, 1),
            op(1, EXPIRE, 1, 0, NEVER),
            op(2, GET, 1, 2, 3),
            op(3, GET, 0, 4, 5)));
    assertFalse(
        passes(
            op(1, PUT, 1, 0, 1),
            op(1, EXPIRE, 1, 0, NEVER),
            op(2, GET, 0, 2, 3),
            op(3, GET, 1, 4, 5)));
    assertFalse(
        passes(
            op(1, PUT, 1, 0, 1),
            op(1, EXPIRE, 1, 0, NEVER),
            op(2, PUT, 2, 2, 3),
            op(3, GET, 0, 4, 5)));
    // An unknown put may surface and expire before anybody reads it.
    assertTrue(
        passes(
            op(1, PUT, 1, 0, 1),
            op(2, PUT, 2, 2, NEVER),
            op(2, EXPIRE, 2, 2, NEVER),
            op(3, GET, 0, 4, 5)));
  }

  static Stream<Long> seeds() {
    return new Random(17).longs(2000).boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void agreesWithTryingEveryOrder(long seed) {
    Random random = new Random(seed);
    List<Operation> history = new ArrayList<>();
    int operations = 2 + random.nextInt(5);
    for (int i = 0; i < operations; i++) {
      Operation.Kind kind = List.of(PUT, DELETE, GET, EXPIRE).get(random.nextInt(4));
      long invoked = random.nextInt(12);
      boolean isUnknown = kind == EXPIRE || (kind != GET && random.nextInt(4) == 0);
      int value =
          switch (kind) {
            case PUT -> i + 1;
            case DELETE -> 0;
            case GET, EXPIRE -> random.nextInt(operations + 1);
          };
      history.add(op(i, kind, value, invoked, isUnknown ? NEVER : invoked + 1 + random.nextInt(6)));
    }
    assertEquals(
        tryEveryOrder(history, new ArrayList<>(), 0),
        LinearizabilityChecker.check(history).isEmpty(),
        history.toString());
  }

  /** The definition, taken at its word. */
  private static boolean tryEveryOrder(List<Operation> left, List<Operation> done, int register) {
    if (left.stream().allMatch(Operation::isOptional)) {
      return true;
    }
    for (Operation next : left) {
      boolean isTooEarly = left.stream().anyMatch(other -> other.returned() < next.invoked());
      int after = next.apply(register);
      if (!isTooEarly && after >= 0) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(next);
        List<Operation> path = new ArrayList<>(done);
        path.add(next);
        if (tryEveryOrder(rest, path, after)) {
          return true;
        }
      }
    }
    return false;
  }
}
