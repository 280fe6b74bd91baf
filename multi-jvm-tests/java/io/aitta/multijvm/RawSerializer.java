package io.aitta.multijvm;

import io.aitta.model.Bytes;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Sends {@link RawMessage}s as they are, under the number of the frames' serializer. */
public final class RawSerializer extends SerializerWithStringManifest {
  private static final int FRAMES = 7401;

  /** Called by Pekko. */
  public RawSerializer(ExtendedActorSystem unused) {}

  @Override
  public int identifier() {
    return FRAMES;
  }

  @Override
  public String manifest(Object message) {
    return ((RawMessage) message).manifest();
  }

  @Override
  public byte[] toBinary(Object message) {
    Bytes content = ((RawMessage) message).content();
    byte[] bytes = new byte[content.size()];
    content.asByteBuffer().get(bytes);
    return bytes;
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    throw new NotSerializableException("nothing is read");
  }
}
