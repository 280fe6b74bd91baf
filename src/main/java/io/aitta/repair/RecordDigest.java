package io.aitta.repair;

import io.aitta.model.Hashing;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;

/**
 * The hashes by which records are placed in a {@link DigestTree} and compared. Every node and every
 * version must agree on them.
 */
final class RecordDigest {
  private static final long VALUE = 0x243f6a8885a308d3L; // digits of pi
  private static final long TOMBSTONE = 0x13198a2e03707344L;

  private RecordDigest() {}

  /**
   * The position of a key in the tree. Not the key's hash itself, since the keys of one partition
   * agree in the bits of it that place them there.
   */
  static long position(Key key) {
    return Hashing.mix(key.hash());
  }

  /**
   * The digest of a record: 64 bits that depend on every bit of the key's hash, the version, and
   * whether it is a tombstone. Neither on the value, since no two values have one version (protocol
   * rule 12), nor on the expiry (rule 11).
   */
  static long of(KeyVersion record) {
    long digest = position(record.key()) ^ (record.tombstone() ? TOMBSTONE : VALUE);
    digest = Hashing.mix(digest) ^ record.version().time().packed();
    digest = Hashing.mix(digest) ^ record.version().node().value();
    return Hashing.mix(digest);
  }
}
