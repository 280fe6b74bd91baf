package io.aitta.codec;

/**
 * Values that are bytes already: they are stored as they are. An array that was put must not be
 * written to afterwards; one that was got is the caller's own.
 */
public final class BytesCodec implements Codec<byte[]> {
  private static final String ID = "bytes"; // stored beside every value: fixed for ever

  /** Makes a codec. It keeps nothing. */
  public BytesCodec() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public byte[] encode(byte[] value) {
    return value;
  }

  @Override
  public byte[] decode(String codecId, byte[] bytes) {
    Codec.requireStoredAs(ID, codecId);
    return bytes;
  }
}
