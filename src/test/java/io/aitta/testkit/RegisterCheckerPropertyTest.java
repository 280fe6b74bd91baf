package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker against the definition, taken at its word: every order is tried. */
final class RegisterCheckerPropertyTest {
  private static final int BUDGET = 100_000;

  static Stream<Long> seeds() {
    return new Random(17).longs(5_000).boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void agreesWithTryingEveryOrder(long seed) {
    List<Operation> history = randomHistory(new Random(seed));
    Verdict verdict = new RegisterChecker(BUDGET).check(history);
    assertEquals(
        tryEveryOrder(history, null, false) ? Verdict.Outcome.PASSED : Verdict.Outcome.FAILED,
        verdict.outcome(),
        () -> history + "\n" + verdict);
    verdict.findings().forEach(finding -> assertTrue(!finding.operations().isEmpty()));
  }

  @Test
  void bothVerdictsAreCommonAmongTheSeeds() {
    long right =
        seeds().filter(seed -> tryEveryOrder(randomHistory(new Random(seed)), null, false)).count();
    assertTrue(right > 1_000 && right < 4_000, right + " of 5000 histories are right");
  }

  private static List<Operation> randomHistory(Random random) {
    int count = 2 + random.nextInt(6);
    int values = random.nextBoolean() ? count : 1 + random.nextInt(3);
    int length = 3 + random.nextInt(12);
    List<Object> put = new ArrayList<>();
    List<Operation> history = new ArrayList<>();
    for (int i : IntStream.range(0, count).toArray()) {
      Kind kind =
          List.of(Kind.PUT, Kind.PUT, Kind.EXPIRING_PUT, Kind.DELETE, Kind.GET, Kind.GET, Kind.GET)
              .get(random.nextInt(7));
      Outcome outcome =
          random.nextInt(20) == 0
              ? Outcome.NOT_DONE
              : random.nextInt(4) == 0 ? Outcome.UNKNOWN : Outcome.OK;
      Object value = null;
      if (kind == Kind.PUT || kind == Kind.EXPIRING_PUT) {
        value = values == count ? i : random.nextInt(values);
        put.add(value);
      } else if (kind == Kind.GET && outcome == Outcome.OK && random.nextInt(4) > 0) {
        value =
            put.isEmpty() || random.nextInt(5) == 0
                ? random.nextInt(count)
                : put.get(random.nextInt(put.size()));
      }
      long invoked = random.nextInt(length);
      boolean isOpen = outcome == Outcome.UNKNOWN && kind != Kind.GET;
      history.add(
          Histories.operation(
              i + 1,
              kind,
              value,
              outcome,
              invoked,
              isOpen ? Operation.NEVER : invoked + random.nextInt(6)));
    }
    return history;
  }

  /**
   * Whether those that are left have an order.
   *
   * @param canExpire whether what the register holds may be gone
   */
  private static boolean tryEveryOrder(
      List<Operation> left, @Nullable Object register, boolean canExpire) {
    if (left.stream().noneMatch(operation -> operation.outcome() == Outcome.OK)) {
      return true;
    }
    if (canExpire && tryEveryOrder(left, null, false)) {
      return true;
    }
    for (Operation next : left) {
      boolean isPossible =
          next.outcome() != Outcome.NOT_DONE
              && (next.isWrite() || next.outcome() == Outcome.OK)
              && left.stream()
                  .noneMatch(other -> other.outcome() == Outcome.OK && other.precedes(next));
      if (!isPossible || (!next.isWrite() && !Objects.equals(next.value(), register))) {
        continue;
      }
      List<Operation> rest = new ArrayList<>(left);
      rest.remove(next);
      boolean mayExpire = next.isWrite() ? next.kind() == Kind.EXPIRING_PUT : canExpire;
      if (tryEveryOrder(rest, next.value(), mayExpire)) {
        return true;
      }
    }
    return false;
  }
}
