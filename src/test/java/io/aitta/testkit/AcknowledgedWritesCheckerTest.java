package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Key;
import io.aitta.testkit.Verdict.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AcknowledgedWritesCheckerTest {
  private static final Key KEY = Histories.KEY;

  private final AtomicLong now = new AtomicLong();
  private final History history = new History(100, now::incrementAndGet); // no two times are equal

  private Verdict whenThereIs(Object value) {
    return AcknowledgedWritesChecker.check(history, Map.of(KEY, Optional.of(value)));
  }

  private Verdict whenThereIsNothing() {
    return AcknowledgedWritesChecker.check(history, Map.of(KEY, Optional.empty()));
  }

  private void assertLost(Verdict verdict, Long... numbers) {
    assertEquals(Outcome.FAILED, verdict.outcome(), verdict.toString());
    assertEquals(1, verdict.findings().size(), verdict.toString());
    assertEquals(
        List.of(numbers),
        verdict.findings().get(0).operations().stream().map(Operation::number).toList(),
        verdict.toString());
  }

  private static void assertPassed(Verdict verdict) {
    assertEquals(Outcome.PASSED, verdict.outcome(), verdict.toString());
  }

  @Test
  void theNewestAcknowledgedWriteMustBeThere() {
    history.invokePut(KEY, "a").ok();
    history.invokePut(KEY, "b").ok();
    assertPassed(whenThereIs("b"));
    assertLost(whenThereIs("a"), 2L);
    assertLost(whenThereIsNothing(), 2L);
  }

  @Test
  void ofTwoThatRanBesideEachOtherEitherMayBeTheLast() {
    Invocation one = history.invokePut(KEY, "a");
    Invocation other = history.invokePut(KEY, "b");
    one.ok();
    other.ok();
    assertPassed(whenThereIs("a"));
    assertPassed(whenThereIs("b"));
    assertLost(whenThereIsNothing(), 1L, 2L);
  }

  @Test
  void whatWasNotAcknowledgedMayBeTheLastHoweverOldItIs() {
    history.invokePut(KEY, "a").mayHaveHappened();
    history.invokeDelete(KEY);
    history.invokePut(KEY, "b").ok();
    assertPassed(whenThereIs("a"));
    assertPassed(whenThereIs("b"));
    assertPassed(whenThereIsNothing());
  }

  @Test
  void whatWasRefusedOrNeverPutIsNot() {
    history.invokePut(KEY, "a").didNotHappen();
    Verdict refused = whenThereIs("a");
    assertLost(refused);
    assertTrue(refused.toString().contains("which nobody wrote"), refused.toString());
    history.invokePut(KEY, "b").ok();
    assertLost(whenThereIs("a"), 2L);
  }

  @Test
  void anAcknowledgedDeleteIsNotLost() {
    history.invokePut(KEY, "a").ok();
    history.invokeDelete(KEY).ok();
    assertPassed(whenThereIsNothing());
    assertLost(whenThereIs("a"), 2L);
  }

  @Test
  void aValueWithATimeToLiveMayBeGone() {
    history.invokeExpiringPut(KEY, "a").ok();
    assertPassed(whenThereIs("a"));
    assertPassed(whenThereIsNothing());
    history.invokePut(KEY, "b").ok();
    assertLost(whenThereIsNothing(), 2L);
  }

  @Test
  void theGetsAfterTheLastAcknowledgedWriteAreTheEnd() {
    history.invokePut(KEY, "a").ok();
    history.invokeGet(KEY).found("a");
    history.invokePut(KEY, "b").ok();
    Verdict unread = AcknowledgedWritesChecker.check(history);
    assertEquals(Outcome.UNDECIDED, unread.outcome(), unread.toString());
    history.invokeGet(KEY).mayHaveHappened();
    history.invokeGet(KEY).found("b");
    assertPassed(AcknowledgedWritesChecker.check(history));
    history.invokeGet(KEY).found("a");
    assertLost(AcknowledgedWritesChecker.check(history), 3L);
  }

  @Test
  void aKeyWithAcknowledgedWritesOfWhichNothingIsToldIsUndecided() {
    history.invokePut(KEY, "a").ok();
    history.invokePut(Key.of("orders", "43"), "a").didNotHappen();
    Verdict verdict = AcknowledgedWritesChecker.check(history, Map.of());
    assertEquals(Outcome.UNDECIDED, verdict.outcome(), verdict.toString());
    assertEquals(1, verdict.findings().size(), verdict.toString());
  }

  @Test
  void bytesAreComparedByWhatTheyAre() {
    history.invokePut(KEY, new byte[] {1, 2}).ok();
    assertPassed(whenThereIs(new byte[] {1, 2}));
    assertLost(whenThereIs(new byte[] {1, 3}), 1L);
  }
}
