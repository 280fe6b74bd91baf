package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Builds histories of one key, operation by operation; times are numbers. */
final class Histories {
  static final Key KEY = Key.of("orders", "42");

  private final List<Operation> operations = new ArrayList<>();

  static Operation operation(
      long number,
      Kind kind,
      @Nullable Object value,
      Outcome outcome,
      long invoked,
      long returned) {
    return new Operation(number, "client", KEY, kind, value, outcome, null, invoked, returned);
  }

  private Histories add(
      Kind kind, @Nullable Object value, Outcome outcome, long invoked, long returned) {
    operations.add(operation(operations.size() + 1, kind, value, outcome, invoked, returned));
    return this;
  }

  Histories put(Object value, long invoked, long returned) {
    return add(Kind.PUT, value, Outcome.OK, invoked, returned);
  }

  Histories expiringPut(Object value, long invoked, long returned) {
    return add(Kind.EXPIRING_PUT, value, Outcome.OK, invoked, returned);
  }

  Histories unknownPut(Object value, long invoked) {
    return add(Kind.PUT, value, Outcome.UNKNOWN, invoked, Operation.NEVER);
  }

  Histories unknownExpiringPut(Object value, long invoked) {
    return add(Kind.EXPIRING_PUT, value, Outcome.UNKNOWN, invoked, Operation.NEVER);
  }

  Histories refusedPut(Object value, long invoked, long returned) {
    return add(Kind.PUT, value, Outcome.NOT_DONE, invoked, returned);
  }

  Histories delete(long invoked, long returned) {
    return add(Kind.DELETE, null, Outcome.OK, invoked, returned);
  }

  Histories unknownDelete(long invoked) {
    return add(Kind.DELETE, null, Outcome.UNKNOWN, invoked, Operation.NEVER);
  }

  Histories found(Object value, long invoked, long returned) {
    return add(Kind.GET, value, Outcome.OK, invoked, returned);
  }

  Histories foundNothing(long invoked, long returned) {
    return add(Kind.GET, null, Outcome.OK, invoked, returned);
  }

  Histories unavailable(long invoked, long returned) {
    return add(Kind.GET, null, Outcome.UNKNOWN, invoked, returned);
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  Verdict registers() {
    return new RegisterChecker(RegisterChecker.DEFAULT_BUDGET).check(operations);
  }

  /**
   * What some clients do to a real register, and are told.
   *
   * @param perClient how many operations each does, one after another
   * @param overlap of 100 steps, how many go to a client chosen anew; the others end what is under
   *     way
   * @param values how many different ones are put; 0 if each differs
   * @param unknown of 100 writes, how many are not acknowledged, and take effect late or never
   */
  static List<Operation> ofARegister(
      Random random, int clients, int perClient, int overlap, int values, int unknown) {
    return new RandomRegister(random, clients, perClient, overlap, values, unknown).run();
  }
}
