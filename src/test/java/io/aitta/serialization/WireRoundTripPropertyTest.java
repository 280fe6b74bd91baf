package io.aitta.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import java.io.NotSerializableException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WireRoundTripPropertyTest {
  private static final int MESSAGES = 200;
  private static final Wire WIRE = new Wire();

  @AfterAll
  static void stop() {
    WIRE.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsWrittenIsReadAsTheSameAndIsNoLargerThanItsBound(long seed)
      throws NotSerializableException {
    RandomMessages messages = new RandomMessages(seed);
    for (int i = 0; i < MESSAGES; i++) {
      WireMessage message = messages.message();
      byte[] bytes = WIRE.write(message);
      assertEquals(message, WIRE.read(bytes, message));
      assertTrue(
          bytes.length <= WireSize.of(message),
          () -> bytes.length + " bytes, bound " + WireSize.of(message) + ": " + message);
      if (message instanceof AntiEntropyMessage) {
        assertEquals(WireSize.of(message), bytes.length);
      }
    }
  }
}
