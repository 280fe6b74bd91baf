package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.TreeNodes;
import io.aitta.model.Version;
import org.junit.jupiter.api.Test;

final class DigestTreeTest {
  private static final long POSITION = 0xf1ed4a1fd539f14aL;
  private static final long VALUE_DIGEST = 0xcb3333edf4daba89L;
  private static final long TOMBSTONE_DIGEST = 0xbf23f9924e73d810L;

  @Test
  void anEmptyTreeIsAllZero() {
    assertEquals(0, DigestTree.empty().summary().digest());
    assertEquals(0, DigestTree.empty().summary().records());
    assertEquals(0, DigestTree.empty().summary().depth());
    assertNull(DigestTree.empty().children(TreeNodes.ROOT, 1));
  }

  /** Other versions of this program compute the same, or every comparison finds everything. */
  @Test
  void digestsAreTheOnesThatOtherVersionsKnow() {
    KeyVersion value = Records.record(42, 1_000_000, false);
    KeyVersion tombstone = Records.record(42, 1_000_000, true);
    assertEquals(POSITION, RecordDigest.position(value.key()));
    assertEquals(VALUE_DIGEST, RecordDigest.of(value));
    assertEquals(TOMBSTONE_DIGEST, RecordDigest.of(tombstone));
  }

  @Test
  void everyPartOfARecordCountsButItsValueAndExpiry() {
    Key key = Records.key(1);
    Version version = new Version(new HybridTime(5), new NodeId(7));
    long digest = RecordDigest.of(new KeyVersion(key, version, false));
    Version later = new Version(new HybridTime(6), new NodeId(7));
    Version elsewhere = new Version(new HybridTime(5), new NodeId(8));
    assertNotEquals(digest, RecordDigest.of(new KeyVersion(Records.key(2), version, false)));
    assertNotEquals(digest, RecordDigest.of(new KeyVersion(key, later, false)));
    assertNotEquals(digest, RecordDigest.of(new KeyVersion(key, elsewhere, false)));
    assertNotEquals(digest, RecordDigest.of(new KeyVersion(key, version, true)));
    Entry expiring = Entry.value(version, 99, "json", Bytes.ofUtf8("x"));
    assertEquals(digest, RecordDigest.of(KeyVersion.of(key, expiring)));
  }

  @Test
  void whatIsAddedAndRemovedLeavesNoTrace() {
    DigestTree tree = DigestTree.deepest();
    tree.add(Records.record(1, 5, false));
    Entry older = Records.entry(Records.record(2, 5, false));
    Entry newer = Records.entry(Records.record(2, 6, true));
    tree.replace(Records.key(2), null, older);
    tree.replace(Records.key(2), older, newer);
    assertEquals(2, tree.summary().records());
    tree.replace(Records.key(2), newer, null);
    tree.remove(Records.record(1, 5, false));
    assertEquals(0, tree.summary().records());
    assertEquals(0, tree.summary().digest());
    assertEquals(Digests.wrap(new long[16]), tree.children(TreeNodes.ROOT, 1));
  }

  @Test
  void aRecordThatIsCountedTwiceDoesNotVanish() {
    DigestTree tree = DigestTree.empty();
    tree.add(Records.record(1, 5, false));
    tree.add(Records.record(1, 5, false));
    assertNotEquals(0, tree.summary().digest());
  }

  @Test
  void aNodesDigestIsTheSumOfItsChildren() {
    DigestTree tree = DigestTree.deepest();
    for (int i = 0; i < 1_000; i++) {
      tree.add(Records.record(i, 5, false));
    }
    Digests top = children(tree, TreeNodes.ROOT, 1);
    assertEquals(tree.summary().digest(), sum(top, 0));
    Digests third = children(tree, TreeNodes.of(1, 3, 9), 2);
    assertEquals(32, third.size());
    assertEquals(top.get(3), sum(third, 0));
    assertEquals(top.get(9), sum(third, 16));
    assertEquals(16, children(tree, TreeNodes.of(1, 3, 9), 1).size());
    assertNull(tree.children(TreeNodes.of(4, 1), 1));
  }

  @Test
  void isOutgrownWhenLeavesHoldMoreThanTheyAreMeantFor() {
    Records records = new Records();
    for (int i = 0; i < 64; i++) {
      records.put(Records.record(i, 1, false));
    }
    assertFalse(records.tree().isOutgrown());
    records.put(Records.record(64, 1, false));
    assertTrue(records.tree().isOutgrown());
    long digest = records.tree().summary().digest();
    records.build();
    assertFalse(records.tree().isOutgrown());
    assertEquals(1, records.tree().summary().depth());
    assertEquals(digest, records.tree().summary().digest(), "whatever the depth");
    for (int i = 65; i < 1_024; i++) {
      records.put(Records.record(i, 1, false));
    }
    assertFalse(records.tree().isOutgrown());
    records.put(Records.record(1_024, 1, false));
    assertTrue(records.tree().isOutgrown());
    records.build();
    assertEquals(2, records.tree().summary().depth());
  }

  @Test
  void theDeepestTreeIsNeverOutgrown() {
    DigestTree tree = DigestTree.deepest();
    KeyVersion record = Records.record(1, 1, false);
    for (int i = 0; i < 64 * 4096 + 1; i++) {
      tree.add(record);
    }
    assertFalse(tree.isOutgrown());
    assertEquals(4, tree.fitted().summary().depth());
  }

  private static Digests children(DigestTree tree, TreeNodes parents, int max) {
    Digests children = tree.children(parents, max);
    assertNotNull(children);
    return children;
  }

  private static long sum(Digests digests, int from) {
    long sum = 0;
    for (int i = from; i < from + TreeNodes.FAN_OUT; i++) {
      sum += digests.get(i);
    }
    return sum;
  }
}
