package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BytesTest {
  @Test
  void comparesByContent() {
    assertEquals(Bytes.ofUtf8("é"), Bytes.copyOf(new byte[] {(byte) 0xC3, (byte) 0xA9}));
    assertEquals(Bytes.ofUtf8("é").hashCode(), Bytes.ofUtf8("é").hashCode());
    assertNotEquals(Bytes.ofUtf8("a"), Bytes.ofUtf8("b"));
    assertNotEquals((Object) Bytes.ofUtf8("a"), "a");
  }

  @Test
  void nobodyWritesToTheArrayBehindIt() {
    byte[] source = {1, 2};
    Bytes bytes = Bytes.copyOf(source);
    source[0] = 9;
    bytes.toByteArray()[1] = 9;
    assertArrayEquals(new byte[] {1, 2}, bytes.toByteArray());
    assertTrue(bytes.asByteBuffer().isReadOnly());
  }

  @Test
  void emptyBytesAreOne() {
    assertSame(Bytes.EMPTY, Bytes.copyOf(new byte[0]));
    assertSame(Bytes.EMPTY, Bytes.wrap(new byte[0]));
    assertSame(Bytes.EMPTY, Bytes.ofUtf8(""));
  }

  @Test
  void readsAndWritesItsContentAndKeepsItOutOfLogs() {
    Bytes bytes = Bytes.ofUtf8("secret");
    ByteBuffer target = ByteBuffer.allocate(6);
    bytes.writeTo(target);
    assertArrayEquals(bytes.toByteArray(), target.array());
    assertEquals("secret", bytes.utf8());
    assertEquals(6, bytes.size());
    assertEquals("Bytes[6]", bytes.toString());
  }
}
