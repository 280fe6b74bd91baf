package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of an entry: a format byte, the version, flags, the expiry, the codec, the value,
 * and a CRC32C over the record's key and all of that. A record that was stored under another key
 * fails its checksum too.
 */
public final class RecordFormat {
  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 1 + 8 + 8 + 1 + 8 + 1 + 4;
  private static final int CHECKSUM_BYTES = 4;

  private RecordFormat() {}

  /**
   * Writes an entry.
   *
   * @param key the key under which it is stored, as stored
   */
  public static byte[] encode(byte[] key, Entry entry) {
    byte[] codec = entry.codec().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + codec.length + entry.value().size() + CHECKSUM_BYTES);
    out.put(FORMAT);
    out.putLong(entry.version().time().packed());
    out.putLong(entry.version().node().value());
    out.put(entry.tombstone() ? (byte) 1 : 0);
    out.putLong(entry.expiresAtMillis());
    out.put((byte) codec.length).put(codec);
    out.putInt(entry.value().size());
    entry.value().writeTo(out);
    out.putInt(checksum(key, out.array(), out.position()));
    return out.array();
  }

  /** Reads an entry; null if the record fails its checksum or is none. */
  public static @Nullable Entry decode(byte[] key, byte[] record) {
    int body = record.length - CHECKSUM_BYTES;
    if (body < FIXED_BYTES
        || ByteBuffer.wrap(record, body, CHECKSUM_BYTES).getInt() != checksum(key, record, body)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(record, 0, body);
    byte format = in.get();
    if (format != FORMAT) {
      return null;
    }
    try {
      Version version = new Version(new HybridTime(in.getLong()), new NodeId(in.getLong()));
      boolean tombstone = in.get() == 1;
      long expiresAtMillis = in.getLong();
      int codecBytes = in.get();
      if (codecBytes < 0 || codecBytes + 4 > in.remaining()) {
        return null;
      }
      String codec = new String(record, in.position(), codecBytes, StandardCharsets.US_ASCII);
      in.position(in.position() + codecBytes);
      int valueBytes = in.getInt();
      if (valueBytes != in.remaining()) {
        return null;
      }
      byte[] value = new byte[valueBytes];
      in.get(value);
      return new Entry(version, tombstone, expiresAtMillis, codec, Bytes.wrap(value));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Guesses the value's size in a record that failed its checksum: exact unless the bytes that say
   * so are what is wrong.
   *
   * @return -1 if the record seems to be a tombstone
   */
  public static int guessValueBytes(byte[] record) {
    int codecAt = FIXED_BYTES - 1 - 4;
    if (record.length < FIXED_BYTES + CHECKSUM_BYTES) {
      return 0;
    }
    if (record[codecAt - 8 - 1] == 1) {
      return -1;
    }
    int codecBytes = Math.max(0, Math.min(record[codecAt], Entry.MAX_CODEC_CHARS));
    return Math.max(0, record.length - FIXED_BYTES - CHECKSUM_BYTES - codecBytes);
  }

  private static int checksum(byte[] key, byte[] record, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(key, 0, key.length);
    checksum.update(record, 0, length);
    return (int) checksum.getValue();
  }
}
