package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 24, 1023, 1024})
  void knowsItsOwnValuesAndTheirStamps(int bytes) {
    Values values = new Values(bytes);
    byte[] value = values.of(7, 99);

    assertEquals(bytes, value.length);
    assertTrue(values.isValue(value, 7));
    assertEquals(99, Values.stamp(value));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 16, 1000, 1023})
  void noticesOneWrongByteAnywhere(int at) {
    Values values = new Values(1024);
    byte[] value = values.of(7, 99);
    value[at] ^= 1;

    assertFalse(values.isValue(value, 7));
  }

  @Test
  void noticesTheValueOfAnotherKeyAndOneThatIsTooShort() {
    Values values = new Values(64);

    assertFalse(values.isValue(values.of(8, 99), 7));
    assertFalse(values.isValue(Arrays.copyOf(values.of(7, 99), 63), 7));
  }

  @Test
  void refusesValuesWithoutRoomForKeyAndStamp() {
    assertThrows(IllegalArgumentException.class, () -> new Values(15));
  }
}
