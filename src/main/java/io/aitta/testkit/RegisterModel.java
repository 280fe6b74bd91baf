package io.aitta.testkit;

import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The history of one key in the form that is searched: operations and values as numbers. An
 * operation that constrains nothing is left out: one that did not happen, a get of which nothing is
 * known, and a put or delete that was not acknowledged and whose value nobody read.
 *
 * <p>A put whose value no other one put must take effect before the first get that found it
 * returned, whether it was acknowledged or not.
 */
final class RegisterModel {
  /** The value of a register that holds none. */
  static final int ABSENT = 0;

  private final List<Operation> operations; // in the order of their beginnings
  private final int[] values; // of each operation
  private final boolean[] expiring; // of each operation
  private final long[] deadlines; // of each operation; NEVER if it need not happen
  private final int valueCount;

  RegisterModel(List<Operation> history) {
    Map<Object, Integer> numbers = new HashMap<>();
    for (Operation operation : history) {
      if (operation.value() != null) {
        numbers.putIfAbsent(operation.value(), numbers.size() + 1);
      }
    }
    this.valueCount = numbers.size() + 1;
    this.operations = relevant(history);
    this.values = new int[operations.size()];
    this.expiring = new boolean[operations.size()];
    this.deadlines = new long[operations.size()];
    int[] writers = new int[valueCount];
    long[] firstReads = new long[valueCount];
    Arrays.fill(firstReads, Operation.NEVER);
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Object value = operation.value();
      values[i] = value == null ? ABSENT : numbers.getOrDefault(value, ABSENT);
      expiring[i] = operation.kind() == Kind.EXPIRING_PUT;
      if (operation.isWrite()) {
        writers[values[i]]++;
      } else {
        firstReads[values[i]] = Math.min(firstReads[values[i]], operation.returnedNanos());
      }
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      deadlines[i] = operation.returnedNanos();
      boolean isOnlyWriter = operation.isWrite() && values[i] != ABSENT && writers[values[i]] == 1;
      if (isOnlyWriter && firstReads[values[i]] >= operation.invokedNanos()) {
        deadlines[i] = Math.min(deadlines[i], firstReads[values[i]]);
      }
    }
  }

  private static List<Operation> relevant(List<Operation> history) {
    Set<@Nullable Object> read = new HashSet<>();
    for (Operation operation : history) {
      if (operation.isAnsweredGet()) {
        read.add(operation.value());
      }
    }
    List<Operation> relevant = new ArrayList<>();
    for (Operation operation : history) {
      boolean canBeSeen =
          read.contains(operation.value())
              || (operation.kind() == Kind.EXPIRING_PUT && read.contains(null));
      if (operation.outcome() == Outcome.OK
          || (operation.outcome() == Outcome.UNKNOWN && operation.isWrite() && canBeSeen)) {
        relevant.add(operation);
      }
    }
    relevant.sort(Comparator.comparingLong(Operation::invokedNanos));
    return relevant;
  }

  int size() {
    return operations.size();
  }

  /** How many different values there are, {@link #ABSENT} included. */
  int valueCount() {
    return valueCount;
  }

  Operation operation(int index) {
    return operations.get(index);
  }

  int value(int index) {
    return values[index];
  }

  boolean isGet(int index) {
    return !operations.get(index).isWrite();
  }

  boolean isExpiring(int index) {
    return expiring[index];
  }

  /** Whether it must have happened. */
  boolean isRequired(int index) {
    return deadlines[index] != Operation.NEVER;
  }

  /** When it must have happened at last; {@link Operation#NEVER} if it need not. */
  long deadline(int index) {
    return deadlines[index];
  }
}
