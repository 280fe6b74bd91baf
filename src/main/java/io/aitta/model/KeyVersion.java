package io.aitta.model;

/**
 * What a replica holds for a key, without the value.
 *
 * @param tombstone whether it is a tombstone; an expired value is none
 */
public record KeyVersion(Key key, Version version, boolean tombstone) {

  /** What is known of an entry without its value. */
  public static KeyVersion of(Key key, Entry entry) {
    return new KeyVersion(key, entry.version(), entry.tombstone());
  }

  /**
   * Whether this is the one that a replica should keep: the newer version; of the same version, the
   * tombstone, which an expired value is (protocol rule 11).
   */
  public boolean wins(KeyVersion other) {
    int order = version.compareTo(other.version);
    return order != 0 ? order > 0 : tombstone && !other.tombstone;
  }
}
