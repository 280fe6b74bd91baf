package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.testkit.Verdict.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each key of a history whether it is that of an atomic register: whether there is one
 * order of its puts, deletes and gets, in which every get finds what was written last, and no
 * operation comes before one that had ended when it began (Herlihy and Wing 1990; the search is
 * that of Wing and Gong 1993 and Lowe 2017). At first a key is absent.
 *
 * <p>A write that was not acknowledged may take effect once, at any time after it began, or never.
 * A value with a time to live may be gone at any time after it was put. Values need not differ,
 * though the check is stronger, and faster, if they do.
 *
 * <p>Deciding this is hard in the worst case, so a search has a budget: a key that exceeds it is
 * found {@link Verdict.Outcome#UNDECIDED}, never right. That is to be expected of tens of thousands
 * of operations on one key which overlap much, if few values are put again and again, or if one
 * answer is wrong among many unacknowledged writes: then spread them over more keys. {@link
 * VersionChecker} has no such bound. Safe for use by any thread.
 */
public final class RegisterChecker {
  /** How many configurations of one key are remembered unless it is told: some 100 MB at most. */
  public static final int DEFAULT_BUDGET = 2_000_000;

  private static final int SHOWN = 12;

  private final int budget;

  /**
   * Makes a checker.
   *
   * @param budget how many configurations of one key a search may remember, at least 1, of up to 64
   *     bytes each
   */
  public RegisterChecker(int budget) {
    if (budget < 1) {
      throw new IllegalArgumentException("budget must be at least 1, was [" + budget + "]");
    }
    this.budget = budget;
  }

  /** Checks every key of a history, with {@link #DEFAULT_BUDGET}. */
  public static Verdict check(History history) {
    return new RegisterChecker(DEFAULT_BUDGET).check(history.operations());
  }

  /** Checks every key of these operations, which are all that was ever done to it. */
  public Verdict check(List<Operation> operations) {
    List<Finding> findings = new ArrayList<>();
    byKey(operations).forEach((key, history) -> check(key, history).ifPresent(findings::add));
    return new Verdict(findings);
  }

  static Map<Key, List<Operation>> byKey(List<Operation> operations) {
    Map<Key, List<Operation>> histories = new TreeMap<>();
    for (Operation operation : operations) {
      histories.computeIfAbsent(operation.key(), unused -> new ArrayList<>()).add(operation);
    }
    return histories;
  }

  private Optional<Finding> check(Key key, List<Operation> history) {
    RegisterSearch search = new RegisterSearch(new RegisterModel(history), budget);
    return switch (search.run()) {
      case FOUND -> Optional.empty();
      case NONE -> Optional.of(explain(key, shortestFailing(history, search.best())));
      case GIVEN_UP ->
          Optional.of(
              new Finding(
                  Verdict.Outcome.UNDECIDED,
                  key,
                  "undecided: gave up after %d configurations of %d operations"
                      .formatted(search.configurations(), history.size()),
                  List.of()));
    };
  }

  /**
   * The shortest beginning of the history that is wrong already, as far as the budget finds it.
   *
   * @param placed the most that have an order: what is wrong is likely the first answer beyond it
   */
  private List<Operation> shortestFailing(List<Operation> history, List<Operation> placed) {
    long[] ends = ends(history);
    List<Operation> rest = new ArrayList<>(history);
    rest.removeAll(new HashSet<>(placed));
    int guess = Arrays.binarySearch(ends, ends(rest)[0]);
    int step = 1; // from one guess down to the next
    List<Operation> failing = history;
    int least = 0; // all ends before it are right, or undecided
    int most = ends.length - 1; // all from it on are wrong
    while (least < most) {
      int middle = guess >= least && guess < most ? guess : (least + most) >>> 1;
      List<Operation> beginning = until(ends[middle], history);
      RegisterSearch search = new RegisterSearch(new RegisterModel(beginning), budget);
      if (search.run() == RegisterSearch.Outcome.NONE) {
        failing = beginning;
        most = middle;
        guess = middle - step;
        step *= 2;
      } else {
        least = middle + 1;
      }
    }
    return failing;
  }

  /** When answers were given, in order. */
  private static long[] ends(List<Operation> operations) {
    return operations.stream()
        .filter(operation -> operation.outcome() == Operation.Outcome.OK)
        .mapToLong(Operation::returnedNanos)
        .sorted()
        .distinct()
        .toArray();
  }

  private static List<Operation> until(long end, List<Operation> history) {
    List<Operation> beginning = new ArrayList<>();
    for (Operation operation : history) {
      if (operation.invokedNanos() <= end) {
        boolean isOpen =
            operation.outcome() == Operation.Outcome.OK && operation.returnedNanos() > end;
        beginning.add(isOpen ? operation.unanswered() : operation);
      }
    }
    return beginning;
  }

  /** Shows an order of all that came before the answer that is wrong, and what was answered. */
  private Finding explain(Key key, List<Operation> failing) {
    long end =
        failing.stream()
            .filter(operation -> operation.outcome() == Operation.Outcome.OK)
            .mapToLong(Operation::returnedNanos)
            .max()
            .orElseThrow();
    RegisterSearch search = new RegisterSearch(new RegisterModel(until(end - 1, failing)), budget);
    List<Operation> misplaced =
        failing.stream()
            .filter(
                operation ->
                    operation.outcome() == Operation.Outcome.OK && operation.returnedNanos() == end)
            .toList();
    if (search.run() != RegisterSearch.Outcome.FOUND) {
      search = new RegisterSearch(new RegisterModel(failing), budget);
      search.run();
      Set<Operation> placed = new HashSet<>(search.best());
      misplaced =
          failing.stream()
              .filter(operation -> operation.outcome() == Operation.Outcome.OK)
              .filter(operation -> !placed.contains(operation))
              .toList();
    }
    return new Finding(
        Verdict.Outcome.FAILED, key, explanation(search.best(), misplaced), misplaced);
  }

  private static String explanation(List<Operation> placed, List<Operation> misplaced) {
    List<String> lines = new ArrayList<>();
    int left = Math.max(0, placed.size() - SHOWN);
    lines.add("not linearizable. " + placed.size() + " operations have an order, such as:");
    if (left > 0) {
      lines.add("  ... " + left + " before");
    }
    placed.subList(left, placed.size()).forEach(operation -> lines.add("  " + operation));
    Object register = register(placed);
    lines.add(
        "Then there is "
            + (register == null ? "nothing" : register)
            + ", and in no order is there a place for:");
    misplaced.stream().limit(SHOWN).forEach(operation -> lines.add("  " + operation));
    if (misplaced.size() > SHOWN) {
      lines.add("  ... " + (misplaced.size() - SHOWN) + " more");
    }
    return String.join("\n", lines);
  }

  private static @Nullable Object register(List<Operation> placed) {
    return placed.isEmpty() ? null : placed.get(placed.size() - 1).value();
  }
}
