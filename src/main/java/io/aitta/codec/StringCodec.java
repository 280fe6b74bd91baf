package io.aitta.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text as UTF-8. What has no such form is refused, and never replaced by question marks. */
public final class StringCodec implements Codec<String> {
  private static final String ID = "string"; // stored beside every value: fixed for ever

  /** Makes a codec. It keeps nothing. */
  public StringCodec() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public byte[] encode(String value) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(value));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new CodecException("text must be encodable as UTF-8, has an unpaired surrogate", e);
    }
  }

  @Override
  public String decode(String codecId, byte[] bytes) {
    Codec.requireStoredAs(ID, codecId);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CodecException("bytes are not UTF-8", e);
    }
  }
}
