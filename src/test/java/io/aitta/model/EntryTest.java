package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EntryTest {
  private static final Version VERSION = new Version(HybridTime.ofMillis(5), new NodeId(1));
  private static final Bytes VALUE = Bytes.ofUtf8("v");

  @Test
  void aValueIsVisibleUntilItExpires() {
    Entry entry = Entry.value(VERSION, 1_000, "json", VALUE);
    assertTrue(entry.isVisibleAt(HybridTime.ofMillis(999)));
    assertFalse(entry.isVisibleAt(HybridTime.ofMillis(1_000)));
    assertTrue(entry.isExpiredAt(HybridTime.ofMillis(1_000)));
    assertEquals(Optional.of(Instant.ofEpochMilli(1_000)), entry.expiresAt());
  }

  @Test
  void aValueWithoutExpiryNeverExpires() {
    Entry entry = Entry.value(VERSION, Entry.NEVER, "json", VALUE);
    assertTrue(entry.isVisibleAt(HybridTime.ofMillis((1L << 47) - 1)));
    assertEquals(Optional.empty(), entry.expiresAt());
  }

  @Test
  void aTombstoneIsNeverVisible() {
    Entry tombstone = Entry.tombstone(VERSION);
    assertFalse(tombstone.isVisibleAt(HybridTime.ZERO));
    assertFalse(tombstone.isExpiredAt(HybridTime.ofMillis(1_000)));
    assertThrows(
        IllegalArgumentException.class, () -> new Entry(VERSION, true, Entry.NEVER, "", VALUE));
    assertThrows(
        IllegalArgumentException.class, () -> new Entry(VERSION, true, 1, "", Bytes.EMPTY));
  }

  @Test
  void anotherVersionKeepsTheContentAndTheExpiry() {
    Version other = new Version(HybridTime.ofMillis(6), new NodeId(1));
    assertEquals(
        Entry.value(other, 1_000, "json", VALUE),
        Entry.value(VERSION, 1_000, "json", VALUE).withVersion(other));
  }

  @Test
  void refusesANegativeExpiryAndALongCodecId() {
    assertThrows(IllegalArgumentException.class, () -> Entry.value(VERSION, -1, "json", VALUE));
    assertThrows(
        IllegalArgumentException.class, () -> Entry.value(VERSION, 0, "c".repeat(65), VALUE));
  }
}
