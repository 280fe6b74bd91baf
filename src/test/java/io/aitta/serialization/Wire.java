package io.aitta.serialization;

import io.aitta.model.ControlMessage;
import io.aitta.model.RefusedMessage;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import java.io.NotSerializableException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** The serializers as Pekko finds them by the settings. */
final class Wire implements AutoCloseable {
  private final ActorTestKit kit = ActorTestKit.create("wire");
  private final Serialization serialization = SerializationExtension.get(kit.system());
  private final TestProbe<RefusedMessage> refused = kit.createTestProbe(RefusedMessage.class);

  Wire() {
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RefusedMessage.class, refused.ref()));
  }

  SerializerWithStringManifest serializer(WireMessage message) {
    return (SerializerWithStringManifest) serialization.findSerializerFor(message);
  }

  SerializerWithStringManifest frames() throws NotSerializableException {
    return (SerializerWithStringManifest) serialization.serializerFor(RequestFrame.class);
  }

  SerializerWithStringManifest control() throws NotSerializableException {
    return (SerializerWithStringManifest) serialization.serializerFor(ControlMessage.class);
  }

  byte[] write(WireMessage message) {
    return serializer(message).toBinary(message);
  }

  /** Reads a message of the kind of another. */
  Object read(byte[] bytes, WireMessage kind) throws NotSerializableException {
    SerializerWithStringManifest serializer = serializer(kind);
    return serializer.fromBinary(bytes, serializer.manifest(kind));
  }

  /** What was refused and reported on the event stream. */
  TestProbe<RefusedMessage> refused() {
    return refused;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
