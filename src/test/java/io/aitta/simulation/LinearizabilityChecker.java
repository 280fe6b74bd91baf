package io.aitta.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a history of one key is that of an atomic register (Wing and Gong 1993; with
 * Lowe's memory of configurations, 2017, section 4). A put or delete that was not acknowledged may
 * take effect once, at any time after it began, or never.
 */
final class LinearizabilityChecker {
  /** More configurations than that are not searched: the check gives up loudly. */
  private static final int MAX_CONFIGURATIONS = 2_000_000;

  private LinearizabilityChecker() {}

  /**
   * Returns what is wrong with the history; empty if nothing.
   *
   * @throws IllegalStateException if the search was given up
   */
  static Optional<String> check(List<Operation> history) {
    List<Operation> operations = new ArrayList<>(history);
    // A get that was not answered says nothing.
    operations.removeIf(
        operation -> operation.kind() == Operation.Kind.GET && operation.isOptional());
    operations.sort(Comparator.comparingLong(Operation::invoked));
    return isLinearizable(operations) ? Optional.empty() : Optional.of(shortestFailing(operations));
  }

  private static boolean isLinearizable(List<Operation> operations) {
    Set<Configuration> seen = new HashSet<>();
    Deque<Configuration> open = new ArrayDeque<>();
    Configuration first = new Configuration(new BitSet(), 0);
    open.push(first);
    seen.add(first);
    while (!open.isEmpty()) {
      Configuration now = open.pop();
      if (isComplete(operations, now.done())) {
        return true;
      }
      long earliestReturn = Operation.NEVER;
      for (int i = 0; i < operations.size(); i++) {
        if (!now.done().get(i)) {
          earliestReturn = Math.min(earliestReturn, operations.get(i).returned());
        }
      }
      for (int i = 0; i < operations.size(); i++) {
        Operation operation = operations.get(i);
        if (operation.invoked() > earliestReturn) {
          break;
        }
        int register = now.done().get(i) ? -1 : operation.apply(now.register());
        if (register >= 0) {
          BitSet done = (BitSet) now.done().clone();
          done.set(i);
          Configuration next = new Configuration(done, register);
          if (seen.add(next)) {
            open.push(next);
          }
        }
      }
      if (seen.size() > MAX_CONFIGURATIONS) {
        throw new IllegalStateException(
            "gave up after " + seen.size() + " configurations of " + operations.size());
      }
    }
    return false;
  }

  private static boolean isComplete(List<Operation> operations, BitSet done) {
    for (int i = 0; i < operations.size(); i++) {
      if (!done.get(i) && !operations.get(i).isOptional()) {
        return false;
      }
    }
    return true;
  }

  /** The shortest beginning of the history that is wrong already, as text. */
  private static String shortestFailing(List<Operation> operations) {
    long[] ends =
        operations.stream()
            .filter(operation -> !operation.isOptional())
            .mapToLong(Operation::returned)
            .sorted()
            .toArray();
    for (long end : ends) {
      List<Operation> prefix = new ArrayList<>();
      for (Operation operation : operations) {
        if (operation.invoked() <= end) {
          prefix.add(
              operation.returned() <= end
                  ? operation
                  : new Operation(
                      operation.id(),
                      operation.kind(),
                      operation.value(),
                      operation.invoked(),
                      Operation.NEVER));
        }
      }
      prefix.removeIf(
          operation -> operation.kind() == Operation.Kind.GET && operation.isOptional());
      if (!isLinearizable(prefix)) {
        StringBuilder text = new StringBuilder("not linearizable:\n");
        prefix.forEach(operation -> text.append("  ").append(operation).append('\n'));
        return text.toString();
      }
    }
    return "not linearizable: " + operations;
  }

  /** Which operations took effect, and what the register is then. */
  private record Configuration(BitSet done, int register) {}
}
