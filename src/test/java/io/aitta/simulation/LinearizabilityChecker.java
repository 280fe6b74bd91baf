package io.aitta.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a history of one key is that of an atomic register (Wing and Gong 1993; with
 * Lowe's memory of configurations, 2017, section 4). A put or delete that was not acknowledged may
 * take effect once, at any time after it began, or never.
 *
 * <p>Two facts about registers keep the search small. A get that may come next and finds the
 * register as it was may come at once: it changes nothing. And an unacknowledged put that nobody
 * read, and that cannot expire, need not have happened, while one that was read took effect before
 * that get returned.
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
    return isLinearizable(history) ? Optional.empty() : Optional.of(shortestFailing(history));
  }

  private static boolean isLinearizable(List<Operation> history) {
    List<Operation> operations = relevant(history);
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
      for (Configuration next : successors(operations, now)) {
        if (seen.add(next)) {
          open.push(next);
        }
      }
      if (seen.size() > MAX_CONFIGURATIONS) {
        throw new IllegalStateException(
            "gave up after " + seen.size() + " configurations of " + operations.size());
      }
    }
    return false;
  }

  /** What constrains anything, in the order of its beginning. */
  private static List<Operation> relevant(List<Operation> history) {
    Map<Integer, Long> firstRead = new HashMap<>();
    Set<Integer> expiring = new HashSet<>();
    for (Operation operation : history) {
      if (operation.kind() == Operation.Kind.EXPIRE) {
        expiring.add(operation.value());
      }
      if (operation.kind() == Operation.Kind.GET && !operation.isOptional()) {
        firstRead.merge(operation.value(), operation.returned(), Math::min);
      }
    }
    List<Operation> operations = new ArrayList<>();
    for (Operation operation : history) {
      Long read = firstRead.get(operation.value());
      switch (operation.kind()) {
        case GET -> {
          if (!operation.isOptional()) {
            operations.add(operation);
          }
        }
        case PUT -> {
          if (read != null && operation.isOptional()) {
            operations.add(operation.returnedBy(Math.max(read, operation.invoked())));
          } else if (!operation.isOptional() || expiring.contains(operation.value())) {
            operations.add(operation);
          }
        }
        case DELETE, EXPIRE -> operations.add(operation);
      }
    }
    operations.sort(Comparator.comparingLong(Operation::invoked));
    return operations;
  }

  /** What may come next; last what must come soonest, so that it is tried first. */
  private static List<Configuration> successors(List<Operation> operations, Configuration now) {
    long earliestReturn = Operation.NEVER;
    for (int i = 0; i < operations.size(); i++) {
      if (!now.done().get(i)) {
        earliestReturn = Math.min(earliestReturn, operations.get(i).returned());
      }
    }
    TreeMap<Long, List<Configuration>> successors = new TreeMap<>(Comparator.reverseOrder());
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
        if (operation.kind() == Operation.Kind.GET) {
          return List.of(next);
        }
        successors.computeIfAbsent(operation.returned(), unused -> new ArrayList<>()).add(next);
      }
    }
    return successors.values().stream().flatMap(List::stream).toList();
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
              operation.returned() <= end ? operation : operation.returnedBy(Operation.NEVER));
        }
      }
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
