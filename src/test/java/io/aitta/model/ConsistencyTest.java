package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsistencyTest {
  @ParameterizedTest
  @CsvSource({
    "ONE, 5, 1",
    "TWO, 1, 2",
    "THREE, 5, 3",
    "ALL, 1, 1",
    "ALL, 5, 5",
    "QUORUM, 1, 1",
    "QUORUM, 2, 2",
    "QUORUM, 3, 2",
    "QUORUM, 4, 3",
    "QUORUM, 5, 3"
  })
  void countsOverTheMembers(Consistency consistency, int members, int required) {
    assertEquals(required, consistency.required(members));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 64})
  void twoQuorumsAlwaysMeet(int members) {
    assertTrue(2 * Consistency.QUORUM.required(members) > members);
  }

  @Test
  void needsAMember() {
    assertThrows(IllegalArgumentException.class, () -> Consistency.ALL.required(0));
  }

  @Test
  void readsNamesInAnyCaseAndNamesTheUnknown() {
    assertEquals(Consistency.QUORUM, Consistency.parse("quorum"));
    assertEquals(Consistency.ONE, Consistency.parse("One"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Consistency.parse("most"));
    assertTrue(String.valueOf(e.getMessage()).contains("[most]"));
  }
}
