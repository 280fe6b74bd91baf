package io.aitta.model;

import java.time.Instant;
import java.util.Optional;

/**
 * What a replica holds for a key: a value or a tombstone, of one version. A local tombstone is a
 * copy like any other.
 *
 * @param version orders this entry among all of its key
 * @param tombstone whether the key was deleted; then codec and value are empty
 * @param expiresAtMillis the instant from which the entry counts as a tombstone of its own version,
 *     in milliseconds since the Unix epoch; {@link #NEVER} if it does not expire
 * @param codec the id of the codec that made the bytes, at most {@link #MAX_CODEC_CHARS} ASCII
 *     characters
 * @param value the encoded value
 */
public record Entry(
    Version version, boolean tombstone, long expiresAtMillis, String codec, Bytes value) {

  /** The expiry of an entry that does not expire. */
  public static final long NEVER = 0;

  /** The longest codec id. */
  public static final int MAX_CODEC_CHARS = 64;

  public Entry {
    if (expiresAtMillis < 0) {
      throw new IllegalArgumentException(
          "expiresAtMillis must not be negative, was [" + expiresAtMillis + "]");
    }
    if (tombstone && (value.size() != 0 || expiresAtMillis != NEVER)) {
      throw new IllegalArgumentException("a tombstone has neither value nor expiry");
    }
    if (codec.length() > MAX_CODEC_CHARS) {
      throw new IllegalArgumentException(
          "codec id must have at most "
              + MAX_CODEC_CHARS
              + " characters, has ["
              + codec.length()
              + "]");
    }
  }

  /** Makes a value. */
  public static Entry value(Version version, long expiresAtMillis, String codec, Bytes value) {
    return new Entry(version, false, expiresAtMillis, codec, value);
  }

  /** Makes a tombstone. */
  public static Entry tombstone(Version version) {
    return new Entry(version, true, NEVER, "", Bytes.EMPTY);
  }

  /** The same content under another version. */
  public Entry withVersion(Version other) {
    return new Entry(other, tombstone, expiresAtMillis, codec, value);
  }

  /** Whether the entry expires at or before the given time. */
  public boolean isExpiredAt(HybridTime time) {
    return expiresAtMillis != NEVER && time.millis() >= expiresAtMillis;
  }

  /**
   * Whether a reader who judges at the given time sees a value: neither a tombstone nor expired.
   */
  public boolean isVisibleAt(HybridTime time) {
    return !tombstone && !isExpiredAt(time);
  }

  /**
   * The instant from which on nobody sees a value, and which its version has reached: of a
   * tombstone that of its version, else the expiry, or that of its version if it is later; {@link
   * Long#MAX_VALUE} if there is none. In milliseconds since the Unix epoch.
   */
  public long deadFromMillis() {
    if (tombstone) {
      return version.time().millis();
    }
    return expiresAtMillis == NEVER
        ? Long.MAX_VALUE
        : Math.max(expiresAtMillis, version.time().millis());
  }

  /** Whether there is such an instant: it is a tombstone, or expires. */
  public boolean isMortal() {
    return tombstone || expiresAtMillis != NEVER;
  }

  /** The expiry, if there is one. */
  public Optional<Instant> expiresAt() {
    return expiresAtMillis == NEVER
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(expiresAtMillis));
  }
}
