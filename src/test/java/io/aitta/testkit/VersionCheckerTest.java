package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class VersionCheckerTest {
  private final List<Operation> history = new ArrayList<>();

  @Test
  void findsNothingWrongWithWhatAnAtomicRegisterDoes() {
    get(null, 0, 1, 0);
    put("a", 2, 5, Outcome.OK, 1);
    get(null, 3, 4, 0);
    put("b", 6, Operation.NEVER, Outcome.UNKNOWN, 0);
    get("a", 8, 9, 1);
    get("b", 10, 11, 2);
    put("c", 12, 13, Outcome.NOT_DONE, 0);
    put("d", 14, 15, Outcome.OK, 3);
    get("d", 16, 17, 3);
    get("d", 18, 19, 3);
    add(Kind.DELETE, null, 20, 21, Outcome.OK, 4);
    get(null, 22, 23, 4);
    get(null, 24, 25, 0); // the tombstone is dropped
    Verdict verdict = VersionChecker.check(history);
    assertEquals(Verdict.Outcome.PASSED, verdict.outcome(), verdict.toString());
  }

  @Test
  void findsAStaleRead() {
    put("a", 0, 1, Outcome.OK, 1);
    put("b", 2, 3, Outcome.OK, 2);
    get("a", 4, 5, 1);
    assertViolation("is older than #2");
  }

  @Test
  void findsReadsThatGoBackInTime() {
    put("a", 0, 1, Outcome.OK, 1);
    put("b", 2, Operation.NEVER, Outcome.UNKNOWN, 0);
    get("b", 4, 5, 2);
    get("a", 6, 7, 1);
    assertViolation("is older than #3");
  }

  @Test
  void findsALaterPutWithAnOlderVersion() {
    put("a", 0, 1, Outcome.OK, 2);
    put("b", 2, 3, Outcome.OK, 1);
    assertViolation("is not newer than #1");
  }

  @Test
  void findsAPutOfTheVersionThatWasReadBefore() {
    put("a", 0, 3, Outcome.OK, 1);
    get("a", 1, 2, 1);
    put("b", 4, 5, Outcome.OK, 1);
    assertViolation("is not newer than");
  }

  @Test
  void findsARefusedPutThatIsVisible() {
    put("a", 0, 1, Outcome.NOT_DONE, 0);
    get("a", 2, 3, 1);
    assertViolation("did not happen");
  }

  @Test
  void findsAValueThatNobodyPut() {
    get("a", 0, 1, 1);
    assertViolation("nobody put");
  }

  @Test
  void findsAValueThatWasNotYetPut() {
    get("a", 0, 1, 1);
    put("a", 2, 3, Outcome.OK, 2);
    assertViolation("not yet put");
  }

  @Test
  void findsAPutThatTookEffectUnderAnotherVersion() {
    put("a", 0, 1, Outcome.OK, 1);
    get("a", 2, 3, 2);
    assertViolation("another version");
  }

  @Test
  void aValueThatWasPutTwiceHasTheVersionOfEither() {
    put("a", 0, 1, Outcome.OK, 1);
    put("a", 2, Operation.NEVER, Outcome.UNKNOWN, 2);
    get("a", 4, 5, 2);
    assertEquals(List.of(), VersionChecker.check(history).findings());
    get("a", 6, 7, 3);
    assertViolation("another version");
  }

  private void put(String value, long invoked, long returned, Outcome outcome, long version) {
    add(Kind.PUT, value, invoked, returned, outcome, version);
  }

  private void get(@Nullable String value, long invoked, long returned, long version) {
    add(Kind.GET, value, invoked, returned, Outcome.OK, version);
  }

  private void add(
      Kind kind,
      @Nullable String value,
      long invoked,
      long returned,
      Outcome outcome,
      long version) {
    history.add(
        new Operation(
            history.size() + 1L,
            "client",
            Histories.KEY,
            kind,
            value,
            outcome,
            version == 0 ? null : new Version(HybridTime.ofMillis(version), new NodeId(1)),
            invoked,
            returned));
  }

  private void assertViolation(String part) {
    Verdict verdict = VersionChecker.check(history);
    assertEquals(1, verdict.findings().size(), verdict.toString());
    assertTrue(verdict.toString().contains(part), verdict.toString());
  }
}
