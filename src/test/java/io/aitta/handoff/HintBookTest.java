package io.aitta.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HintBookTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @Test
  void keepsNoMoreHintsForANodeThanTheBound() {
    HintBook book = book(2, 1_000);
    assertTrue(book.reserve(A, 1));
    assertTrue(book.reserve(A, 1));
    assertFalse(book.reserve(A, 1));
    assertTrue(book.reserve(B, 1), "the bound is for each node");
    assertEquals(2, book.hints(A));
    assertEquals(3, book.hints());
    assertEquals(0, book.hints(new NodeId(9)));
  }

  @Test
  void keepsNoMoreBytesForANodeThanTheBound() {
    HintBook book = book(100, 10);
    assertTrue(book.reserve(A, 10));
    assertFalse(book.reserve(A, 1));
    book.release(A, 10);
    assertFalse(book.reserve(A, 11));
    assertTrue(book.reserve(A, 4));
  }

  @Test
  void aBoundOfZeroKeepsNone() {
    assertFalse(book(0, 1_000).reserve(A, 1));
  }

  @Test
  void hintsOfAnEarlierRunCountEvenBeyondTheBound() {
    HintBook book = book(2, 1_000);
    book.recordStored(A, 5, 50);
    assertEquals(5, book.hints(A));
    assertFalse(book.reserve(A, 1));
    book.forgetStored();
    book.recordStored(A, 1, 10);
    assertTrue(book.reserve(A, 1));
    assertFalse(book.reserve(A, 1));
    book.forgetStored();
    assertEquals(1, book.hints(A), "what is reserved is not forgotten");
  }

  @Test
  void releasingMoreThanThereIsIsABrokenInvariant() {
    HintBook book = book(2, 1_000);
    book.recordStored(A, 1, 10);
    assertThrows(IllegalStateException.class, () -> book.release(A, 0));
    book.reserve(A, 5);
    assertThrows(IllegalStateException.class, () -> book.release(A, 6));
  }

  @Test
  void aDeliveryIsDueForEveryNodeThatHasHints() {
    HintBook book = book(10, 1_000);
    book.reserve(B, 1);
    book.reserve(A, 1);
    assertEquals(List.of(B, A), book.due(0));
    book.release(B, 1);
    assertEquals(List.of(A), book.due(0));
  }

  @Test
  void aNodeThatFailsIsLeftAloneForTwiceAsLongEachTimeUpToTheLongest() {
    HintBook book = book(10, 1_000);
    book.reserve(A, 1);
    long now = Long.MAX_VALUE - 5; // the monotonic clock may wrap
    for (long seconds : new long[] {1, 2, 4, 8, 10, 10}) {
      book.recordFailed(A, now);
      long pause = Duration.ofSeconds(seconds).toNanos();
      assertEquals(List.of(), book.due(now + pause - 1), seconds + " s");
      now += pause;
      assertEquals(List.of(A), book.due(now));
    }
  }

  @Test
  void aDeliveryEndsTheBackOff() {
    HintBook book = book(10, 1_000);
    book.reserve(A, 1);
    book.recordFailed(A, 0);
    book.recordFailed(A, 0);
    book.recordDelivered(A);
    assertEquals(List.of(A), book.due(0));
    book.recordFailed(A, 0);
    assertEquals(List.of(A), book.due(FIRST.toNanos()), "begins with the first pause again");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5, 24})
  void noPauseOverflowsHoweverOftenItDoubles(long hours) {
    Duration first = Duration.ofHours(hours);
    HintBook book = new HintBook(new HintLimits(10, 1_000, first, Duration.ofDays(2)));
    book.reserve(A, 1);
    for (int i = 0; i < 100; i++) {
      book.recordFailed(A, 0);
      assertEquals(List.of(), book.due(first.toNanos() - 1), "after " + i + " failures");
    }
  }

  private static HintBook book(long maxHints, long maxBytes) {
    return new HintBook(new HintLimits(maxHints, maxBytes, FIRST, LONGEST));
  }
}
