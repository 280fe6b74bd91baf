package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Key;
import io.aitta.testkit.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RegisterCheckerTest {
  private final Histories history = new Histories();

  private void assertPasses() {
    assertEquals(Outcome.PASSED, history.registers().outcome(), history.registers().toString());
  }

  private void putAndFind(int number) {
    long now = 10L * number;
    history.put("v" + number, now, now + 1).found("v" + number, now + 2, now + 3);
  }

  private String assertFails() {
    Verdict verdict = history.registers();
    assertEquals(Outcome.FAILED, verdict.outcome(), verdict.toString());
    return verdict.findings().get(0).toString();
  }

  @Test
  void anEmptyHistoryPasses() {
    assertPasses();
  }

  @Test
  void aKeyIsAbsentAtFirst() {
    history.foundNothing(0, 1).put("a", 2, 3).found("a", 4, 5);
    assertPasses();
  }

  @Test
  void aReadAfterAnAcknowledgedPutSeesIt() {
    history.put("a", 0, 1).foundNothing(2, 3);
    assertFails();
  }

  @Test
  void aStaleReadIsFound() {
    history.put("a", 0, 1).put("b", 2, 3).found("a", 4, 5);
    assertFails();
  }

  @Test
  void aReadBesideAPutSeesEither() {
    history.put("a", 0, 5).foundNothing(1, 2).found("a", 3, 4);
    assertPasses();
  }

  @Test
  void readsDoNotGoBackInTime() {
    history.put("a", 0, 1).put("b", 2, 9).found("b", 3, 4).found("a", 5, 6);
    assertFails();
  }

  @Test
  void whatTouchesAtOneInstantIsConcurrent() {
    history.put("a", 0, 1).put("b", 1, 2).found("a", 3, 4);
    assertPasses();
  }

  @Test
  void aLostUpdateIsFound() {
    history.put("a", 0, 1).put("b", 2, 3).put("c", 2, 3).found("a", 4, 5);
    assertFails();
  }

  @Test
  void concurrentPutsAreSeenInOneOrder() {
    history.put("a", 0, 9).put("b", 0, 9).found("a", 1, 2).found("b", 3, 4).found("a", 5, 6);
    assertFails();
  }

  @Test
  void anUnknownPutSurfacesLateOnce() {
    history.put("a", 0, 1).unknownPut("b", 2).found("a", 3, 4).found("b", 5, 6);
    assertPasses();
    history.delete(7, 8).found("b", 9, 10);
    assertFails();
  }

  @Test
  void anUnknownPutMayNeverHappen() {
    history.put("a", 0, 1).unknownPut("b", 2).unknownDelete(3).found("a", 4, 5);
    assertPasses();
  }

  @Test
  void aValueThatIsPutTwiceIsSeenAgain() {
    history.put("a", 0, 1).put("b", 2, 3).unknownPut("a", 4).found("b", 5, 6).found("a", 7, 8);
    assertPasses();
    history.put("b", 9, 10).found("a", 11, 12);
    assertFails();
  }

  @Test
  void aDeletedKeyDoesNotComeBack() {
    history.put("a", 0, 1).delete(2, 3).found("a", 4, 5);
    assertFails();
  }

  @Test
  void anUnknownDeleteTakesEffectOnce() {
    history.put("a", 0, 1).unknownDelete(2).foundNothing(3, 4).put("b", 5, 6).foundNothing(7, 8);
    assertFails();
  }

  @Test
  void aRefusedPutIsNeverSeen() {
    history.refusedPut("a", 0, 1).found("a", 2, 3);
    assertFails();
  }

  @Test
  void aValueThatNobodyPutIsFound() {
    history.put("a", 0, 1).found("b", 2, 3);
    assertFails();
  }

  @Test
  void aValueIsNotSeenBeforeItWasPut() {
    history.found("a", 0, 1).put("a", 2, 3);
    assertFails();
  }

  @Test
  void aGetWithoutAnAnswerSaysNothing() {
    history.put("a", 0, 1).unavailable(2, 3).found("a", 4, 5);
    assertPasses();
  }

  @Test
  void anExpiryTakesEffectOnceAndOnItsOwnValueAlone() {
    history.expiringPut("a", 0, 1).found("a", 2, 3).foundNothing(4, 5);
    assertPasses();
    history.put("b", 6, 7).foundNothing(8, 9);
    assertFails();
  }

  @Test
  void anExpiredValueDoesNotComeBack() {
    history.expiringPut("a", 0, 1).foundNothing(2, 3).found("a", 4, 5);
    assertFails();
  }

  @Test
  void onlyThePutWithATimeToLiveExpiresOfTwoOfOneValue() {
    history.expiringPut("a", 0, 1).put("a", 2, 3).foundNothing(4, 5);
    assertFails();
  }

  @Test
  void anUnknownPutMaySurfaceAndExpireBeforeAnybodyReadsIt() {
    history.put("a", 0, 1).unknownExpiringPut("b", 2).foundNothing(3, 4);
    assertPasses();
  }

  @Test
  void keysAreRegistersOfTheirOwn() {
    Key other = Key.of("orders", "43");
    List<Operation> operations =
        List.of(
            Histories.operation(1, Operation.Kind.PUT, "a", Operation.Outcome.OK, 0, 1),
            new Operation(
                2, "client", other, Operation.Kind.GET, null, Operation.Outcome.OK, null, 2, 3),
            new Operation(
                3, "client", other, Operation.Kind.GET, "a", Operation.Outcome.OK, null, 4, 5));
    Verdict verdict = new RegisterChecker(1_000).check(operations);
    assertEquals(1, verdict.findings().size(), verdict.toString());
    assertEquals(other, verdict.findings().get(0).key());
  }

  @Test
  void theFindingNamesTheKeyTheOrderAndWhatHasNoPlaceInIt() {
    for (int i = 0; i < 30; i++) {
      putAndFind(i);
    }
    history.put("new", 400, 401).found("v29", 402, 403).found("new", 404, 405);
    for (int i = 50; i < 80; i++) {
      putAndFind(i);
    }
    String finding = assertFails();
    assertTrue(finding.startsWith("orders/42: not linearizable"), finding);
    assertTrue(finding.contains("... 49 before"), finding);
    assertFalse(finding.contains("v50"), finding);
    assertTrue(
        finding.endsWith(
            """
            #61 client: put new, acknowledged, 0.000 to 0.000 ms
            Then there is new, and in no order is there a place for:
              #62 client: get found v29, 0.000 to 0.000 ms\
            """),
        finding);
    List<Operation> misplaced = history.registers().findings().get(0).operations();
    assertEquals(List.of(62L), misplaced.stream().map(Operation::number).toList());
  }

  @Test
  void whatExceedsTheBudgetIsUndecidedAndNeverRight() {
    List<Operation> operations = Histories.ofARegister(new Random(1), 40, 50, 60, 3, 30);
    Verdict verdict = new RegisterChecker(10).check(operations);
    assertEquals(Outcome.UNDECIDED, verdict.outcome(), verdict.toString());
    assertTrue(verdict.toString().contains("gave up after 11 configurations"), verdict.toString());
    assertThrows(AssertionError.class, verdict::orThrow);
    assertThrows(IllegalArgumentException.class, () -> new RegisterChecker(0));
  }

  @Test
  void fortyClientsWithAThousandOperationsEachOnOneKeyAreDecided() {
    List<Operation> operations = Histories.ofARegister(new Random(2), 40, 1_000, 20, 0, 1);
    assertEquals(40_000, operations.size());
    assertEquals(Outcome.PASSED, check(operations));
  }

  @Test
  void aStaleReadAmongFortyThousandOperationsIsFound() {
    List<Operation> operations =
        new ArrayList<>(Histories.ofARegister(new Random(3), 40, 1_000, 20, 0, 1));
    Operation old =
        operations.stream()
            .filter(Operation::isAnsweredGet)
            .filter(get -> get.value() != null)
            .findFirst()
            .orElseThrow();
    for (int i = 30_000; i < operations.size(); i++) {
      Operation get = operations.get(i);
      if (get.isAnsweredGet()) {
        operations.set(
            i,
            Histories.operation(
                get.number(),
                Operation.Kind.GET,
                old.value(),
                Operation.Outcome.OK,
                get.invokedNanos(),
                get.returnedNanos()));
        break;
      }
    }
    assertEquals(Outcome.FAILED, check(operations));
  }

  @Test
  void aStaleReadBehindUnknownWritesIsFound() {
    List<Operation> operations =
        new ArrayList<>(Histories.ofARegister(new Random(4), 10, 200, 30, 0, 5));
    long last = operations.stream().mapToLong(Operation::invokedNanos).max().orElseThrow() + 1_000;
    operations.add(
        Histories.operation(1, Operation.Kind.PUT, "new", Operation.Outcome.OK, last, last + 1));
    operations.add(
        Histories.operation(2, Operation.Kind.GET, 1, Operation.Outcome.OK, last + 2, last + 3));
    assertTrue(
        operations.stream().anyMatch(o -> o.isWrite() && o.outcome() == Operation.Outcome.UNKNOWN));
    assertEquals(Outcome.FAILED, check(operations));
  }

  @Test
  void muchConcurrencyAndFewValuesAreDecided() {
    for (int seed = 0; seed < 20; seed++) {
      assertEquals(
          Outcome.PASSED, check(Histories.ofARegister(new Random(seed), 20, 100, 60, 0, 5)));
      assertEquals(
          Outcome.PASSED, check(Histories.ofARegister(new Random(seed), 10, 100, 40, 5, 5)));
    }
  }

  private static Outcome check(List<Operation> operations) {
    return new RegisterChecker(RegisterChecker.DEFAULT_BUDGET).check(operations).outcome();
  }
}
