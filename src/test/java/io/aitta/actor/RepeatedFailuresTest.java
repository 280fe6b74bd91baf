package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RepeatedFailuresTest {
  private static final long START = Long.MAX_VALUE - 1; // monotonic time may wrap

  private final RepeatedFailures failures = new RepeatedFailures();

  private long recordAfter(long seconds) {
    return failures.record(START + Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void theFirstIsToldAtOnceAndTheNextOnesTogetherAfterAWhile() {
    assertEquals(1, recordAfter(0));
    assertEquals(0, recordAfter(0));
    assertEquals(0, recordAfter(9));
    assertEquals(3, recordAfter(10));
    assertEquals(0, recordAfter(11));
    assertEquals(2, recordAfter(20));
  }

  @Test
  void oneThatComesAfterAWhileIsToldAtOnce() {
    assertEquals(1, recordAfter(0));
    assertEquals(1, recordAfter(60));
  }
}
