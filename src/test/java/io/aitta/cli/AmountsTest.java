package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AmountsTest {
  @Test
  void bytesHaveThreeDigitsAndAUnit() {
    assertEquals("0 B", Amounts.bytes(0));
    assertEquals("999 B", Amounts.bytes(999));
    assertEquals("1.0 KiB", Amounts.bytes(1024));
    assertEquals("99.9 KiB", Amounts.bytes(102_300));
    assertEquals("977 KiB", Amounts.bytes(1_000_000));
    assertEquals("1.0 MiB", Amounts.bytes(1 << 20));
    assertEquals("3.0 GiB", Amounts.bytes(3L << 30));
    assertEquals("8388608 TiB", Amounts.bytes(Long.MAX_VALUE));
  }

  @Test
  void onlyNoTimeIsZero() {
    assertEquals("0 s", Amounts.time(Duration.ZERO));
    assertEquals("1 s", Amounts.time(Duration.ofMillis(1)));
    assertEquals("90 s", Amounts.time(Duration.ofSeconds(90)));
    assertEquals("2 min", Amounts.time(Duration.ofSeconds(91)));
    assertEquals("90 min", Amounts.time(Duration.ofMinutes(90)));
    assertEquals("1.5 h", Amounts.time(Duration.ofMinutes(91)));
    assertEquals("48.0 h", Amounts.time(Duration.ofDays(2)));
  }
}
