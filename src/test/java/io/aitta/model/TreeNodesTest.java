package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TreeNodesTest {
  @Test
  void aNodeHoldsThePositionsThatBeginWithItsIndex() {
    long position = 0xABCD_0000_0000_0001L;
    assertEquals(0, TreeNodes.indexOf(position, 0));
    assertEquals(0xA, TreeNodes.indexOf(position, 1));
    assertEquals(0xABCD, TreeNodes.indexOf(position, 4));
    assertTrue(TreeNodes.of(2, 0xAB, 3).holds(position));
    assertFalse(TreeNodes.of(2, 0xAC, 3).holds(position));
    assertTrue(TreeNodes.ROOT.holds(position));
  }

  @Test
  void comparesByLevelAndIndices() {
    assertEquals(TreeNodes.of(2, 1, 5), TreeNodes.of(2, 5, 1));
    assertEquals(TreeNodes.of(2, 1, 5).hashCode(), TreeNodes.of(2, 5, 1).hashCode());
    assertNotEquals(TreeNodes.of(2, 1), TreeNodes.of(1, 1));
    assertNotEquals(TreeNodes.of(2, 1), TreeNodes.of(2, 2));
    assertEquals("TreeNodes[2 of level 2]", TreeNodes.of(2, 1, 5).toString());
  }

  @Test
  void refusesNodesThatDoNotExist() {
    assertThrows(IllegalArgumentException.class, () -> TreeNodes.of(0, 1));
    assertThrows(IllegalArgumentException.class, () -> TreeNodes.of(4, 65_536));
    assertThrows(IllegalArgumentException.class, () -> TreeNodes.of(5, 0));
    assertThrows(IllegalArgumentException.class, () -> TreeNodes.of(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new TreeSummary(1, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new TreeSummary(1, 1, 5));
  }

  @Test
  void theNewerVersionWinsAndOfTheSameTheTombstone() {
    Key key = Key.of("s", "k");
    Version older = new Version(new HybridTime(1), new NodeId(1));
    Version newer = new Version(new HybridTime(1), new NodeId(2));
    assertTrue(new KeyVersion(key, newer, false).wins(new KeyVersion(key, older, true)));
    assertFalse(new KeyVersion(key, older, true).wins(new KeyVersion(key, newer, false)));
    assertTrue(new KeyVersion(key, older, true).wins(new KeyVersion(key, older, false)));
    assertFalse(new KeyVersion(key, older, true).wins(new KeyVersion(key, older, true)));
    assertFalse(new KeyVersion(key, older, false).wins(new KeyVersion(key, older, true)));
  }

  @Test
  void digestsCompareByContent() {
    assertEquals(Digests.copyOf(1, 2), Digests.wrap(new long[] {1, 2}));
    assertEquals(Digests.copyOf(1, 2).hashCode(), Digests.copyOf(1, 2).hashCode());
    assertNotEquals(Digests.copyOf(1, 2), Digests.copyOf(2, 1));
    assertEquals("Digests[2]", Digests.copyOf(1, 2).toString());
    assertEquals(2, Digests.copyOf(1, 2).get(1));
    assertEquals(0, Digests.EMPTY.size());
  }
}
