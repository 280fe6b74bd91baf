package io.aitta.serialization;

import io.aitta.model.ControlMessage;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.apache.pekko.serialization.jackson.JacksonSerializer;

/**
 * Serializes control messages with Pekko's Jackson CBOR serializer, under short manifests of our
 * own, so that no class is ever loaded by a name that came from the network. Refuses, beside what
 * Jackson refuses, compressed documents, whose announced size is a stranger's to choose, and
 * documents that lack a part.
 */
public final class ControlSerializer extends SerializerWithStringManifest {
  /** The section of Jackson's settings, and the key of the identifier. */
  private static final String BINDING = "aitta-control";

  private final JacksonCborSerializer jackson;
  private final Refusing refusing;
  private final ControlManifests manifests = new ControlManifests();

  /** Called by Pekko. */
  public ControlSerializer(ExtendedActorSystem system) {
    jackson = new JacksonCborSerializer(system, BINDING);
    refusing = new Refusing(system);
  }

  @Override
  public int identifier() {
    return jackson.identifier();
  }

  @Override
  public String manifest(Object message) {
    return manifests.manifestOf(message);
  }

  @Override
  public byte[] toBinary(Object message) {
    return jackson.toBinary(message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return read(bytes, manifest);
    } catch (Exception e) {
      throw refusing.refuse(manifest, e);
    }
  }

  private ControlMessage read(byte[] bytes, String manifest) throws Exception {
    Class<? extends ControlMessage> type = manifests.classOf(manifest);
    if (type == null) {
      throw new MalformedMessageException("unknown manifest");
    }
    if (JacksonSerializer.isGZipped(bytes) || JacksonSerializer.isLZ4(bytes)) {
      throw new MalformedMessageException("compressed document");
    }
    ControlMessage message = type.cast(jackson.fromBinary(bytes, type.getName()));
    if (message == null) {
      throw new MalformedMessageException("empty document");
    }
    RequiredParts.check((Record) message);
    return message;
  }
}
