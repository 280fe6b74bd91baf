package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionTest {
  private static final Version VERSION =
      new Version(new HybridTime((1_000L << 16) | 7), new NodeId(0xAB));

  @Test
  void isOrderedByTimeAndThenByNode() {
    Version later = new Version(VERSION.time().next(), new NodeId(1));
    Version sameTime = new Version(VERSION.time(), new NodeId(-1)); // unsigned: the highest
    assertTrue(later.isNewerThan(VERSION));
    assertTrue(sameTime.isNewerThan(VERSION));
    assertFalse(VERSION.isNewerThan(VERSION));
    assertTrue(VERSION.isNewerThan(Version.NONE));
    assertFalse(VERSION.isNewerThan(later));
  }

  @Test
  void readsBackItsText() {
    assertEquals("1000.7-00000000000000ab", VERSION.toString());
    assertEquals(VERSION, Version.parse(VERSION.toString()));
    assertEquals(Version.NONE, Version.parse(Version.NONE.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2",
        ".1-00000000000000ab",
        "1.-00000000000000ab",
        "x.1-00000000000000ab",
        "1.x-00000000000000ab",
        "1.65536-00000000000000ab",
        "1.2-ab",
        "1.2-zzzzzzzzzzzzzzzz",
        "-1.2-00000000000000ab",
        "1.-2-00000000000000ab",
        "140737488355328.0-00000000000000ab"
      })
  void refusesOtherTexts(String text) {
    assertThrows(IllegalArgumentException.class, () -> Version.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1.2-00000000000000ab",
        "1.+2-00000000000000ab",
        "01.2-00000000000000ab",
        "1.2-00000000000000AB",
        "1.2-+0000000000000ab"
      })
  void refusesASecondTextOfTheSameVersion(String text) {
    assertThrows(IllegalArgumentException.class, () -> Version.parse(text));
  }
}
