package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
  private static final Key KEY = Key.of("ab", "cé");

  @Test
  void encodesLengthStoreAndKey() {
    assertArrayEquals(HexFormat.of().parseHex("02616263c3a9"), KEY.encoded());
    assertEquals(6, KEY.encodedSize());
    ByteBuffer buffer = ByteBuffer.allocate(6);
    KEY.writeTo(buffer);
    assertArrayEquals(KEY.encoded(), buffer.array());
    assertEquals("ab", KEY.store());
    assertEquals("cé", KEY.name());
    assertEquals("ab/cé", KEY.toString());
  }

  @Test
  void readsBackWhatItEncoded() {
    Key read = Key.decode(KEY.encoded());
    assertEquals(KEY, read);
    assertEquals(KEY.hashCode(), read.hashCode());
    assertEquals(KEY.hash(), read.hash());
    assertNotEquals(KEY, Key.of("ab", "c"));
    assertNotEquals(KEY, Key.of("abc", "é"));
    assertNotEquals((Object) KEY, "ab/cé");
  }

  /** Never changes: another hash would move every cluster's data. */
  @Test
  void theStoredHashIsAsEver() {
    assertEquals(0x53e8854def595280L, Key.of("orders", "42").hash());
    assertEquals(new PartitionId(128), PartitionId.of(Key.of("orders", "42"), 256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a_b", "ä", "a b"})
  void refusesOtherStoreNamesAndNamesThem(String store) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Key.of(store, "k"));
    assertTrue(String.valueOf(e.getMessage()).contains("[" + store + "]"));
  }

  @Test
  void storeNamesAndKeysHaveBounds() {
    Key.of("s".repeat(64), "k".repeat(1_024));
    assertThrows(IllegalArgumentException.class, () -> Key.of("s".repeat(65), "k"));
    assertThrows(IllegalArgumentException.class, () -> Key.of("s", ""));
    assertThrows(IllegalArgumentException.class, () -> Key.of("s", "k".repeat(1_025)));
    assertThrows(IllegalArgumentException.class, () -> Key.of("s", "é".repeat(513)));
    assertThrows(IllegalArgumentException.class, () -> Key.of("s", "\ud800"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "00", "0061", "0161", "4161", "ff61", "014162", "015b62", "017b62", "012f62", "013a62",
        "0161ff", "0161c3"
      })
  void refusesWhatIsNoEncodedKey(String hex) {
    byte[] encoded = HexFormat.of().parseHex(hex);
    assertThrows(IllegalArgumentException.class, () -> Key.decode(encoded));
  }

  @Test
  void refusesAnEncodedKeyThatIsTooLong() {
    byte[] encoded = new byte[2 + 1_025];
    encoded[0] = 1;
    encoded[1] = 'a';
    assertThrows(IllegalArgumentException.class, () -> Key.decode(encoded));
    byte[] longest = Key.of("s", "k".repeat(1_024)).encoded();
    assertEquals(1_026, Key.decode(longest).encodedSize());
  }

  @Test
  void readsEveryCharacterThatAStoreNameMayHave() {
    Key key = Key.of("az09-", "k");
    assertEquals(key, Key.decode(key.encoded()));
  }

  @Test
  void ordersByUnsignedBytes() {
    assertTrue(Key.of("a", "z").compareTo(Key.of("a", "é")) < 0);
    assertTrue(Key.of("a", "b").compareTo(Key.of("a", "a")) > 0);
    assertEquals(0, KEY.compareTo(Key.of("ab", "cé")));
  }
}
