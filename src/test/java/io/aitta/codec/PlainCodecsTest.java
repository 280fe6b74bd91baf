package io.aitta.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainCodecsTest {
  private static final StringCodec STRING = new StringCodec();
  private static final BytesCodec BYTES = new BytesCodec();

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "Ærø \uD83C\uDF0A", "\u0000", "\uFFFD"})
  void textComesBackAsItWas(String text) {
    assertEquals(text, STRING.decode("string", STRING.encode(text)));
  }

  @Test
  void textWithoutAFormInUtf8IsRefusedInsteadOfReplaced() {
    assertThrows(CodecException.class, () -> STRING.encode("half \uD83C"));
  }

  @Test
  void bytesThatAreNotUtf8AreNoText() {
    byte[] malformed = {(byte) 0xC0, (byte) 0x80};
    assertThrows(CodecException.class, () -> STRING.decode("string", malformed));
  }

  @Test
  void bytesComeBackAsTheyWere() {
    byte[] bytes = {0, -1, 127, -128};
    assertArrayEquals(bytes, BYTES.decode("bytes", BYTES.encode(bytes)));
    assertEquals(0, BYTES.decode("bytes", BYTES.encode(new byte[0])).length);
  }

  @Test
  void eachRefusesTheFormsOfTheOthers() {
    CodecException asText =
        assertThrows(CodecException.class, () -> STRING.decode("bytes", new byte[0]));
    assertEquals("stored as [bytes], read as [string]", asText.getMessage());
    CodecException asBytes =
        assertThrows(CodecException.class, () -> BYTES.decode("json", new byte[0]));
    assertEquals("stored as [json], read as [bytes]", asBytes.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "application/vnd.orders+json", "a.b-1", "x"})
  void namesOfFormsAreShortAndPlain(String id) {
    Codec.requireId(id);
    assertTrue(id.length() <= 64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "JSON", "a b", "\u00E6", "a:b"})
  void otherNamesAreRefusedWithTheBound(String id) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Codec.requireId(id));
    assertEquals("codec id must match [a-z0-9./+-]{1,64}, was [" + id + "]", refused.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Codec.requireId("x".repeat(65)));
  }
}
