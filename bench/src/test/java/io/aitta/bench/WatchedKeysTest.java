package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WatchedKeysTest {

  @Test
  void watchesAThousandOfManyKeysEvenlySpread() {
    WatchedKeys watched = new WatchedKeys(100_000);

    assertEquals(1000, watched.keys().length);
    assertTrue(watched.isWatched(99_900));
    assertFalse(watched.isWatched(99_901));
  }

  @Test
  void watchesAllOfFewKeys() {
    assertEquals(10, new WatchedKeys(10).keys().length);
  }

  @Test
  void aPutOfOneDriverEndsTheEarlierOnesOfAnother() {
    WatchedKeys one = new WatchedKeys(10);
    WatchedKeys other = new WatchedKeys(10);
    one.record(3, new Write(1, 10, 20));
    other.record(3, new Write(2, 30, 40));

    WatchedKeys merged = new WatchedKeys(10);
    merged.merge(one.possible());
    merged.merge(other.possible());

    assertFalse(merged.mayReturn(3, 1));
    assertTrue(merged.mayReturn(3, 2));
  }
}
