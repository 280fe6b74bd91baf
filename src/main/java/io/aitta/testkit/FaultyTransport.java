package io.aitta.testkit;

import io.aitta.actor.Transport;
import io.aitta.model.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;

/**
 * Carries messages between the nodes of a test cluster: delays, loses and repeats them as told.
 * Each goes through its serializer and back, so that a test sees what a network would carry.
 */
final class FaultyTransport implements Transport {
  private final int from;
  private final Transport carrier;
  private final Faults faults;
  private final ToIntFunction<String> nodeAt; // -1 for a base path of no running node
  private final ActorSystem<?> system;
  private final Serialization serialization;

  FaultyTransport(
      int from,
      Transport carrier,
      Faults faults,
      ToIntFunction<String> nodeAt,
      ActorSystem<?> system) {
    this.from = from;
    this.carrier = carrier;
    this.faults = faults;
    this.nodeAt = nodeAt;
    this.system = system;
    this.serialization = SerializationExtension.get(system);
  }

  @Override
  public void send(String base, WireMessage message) {
    int to = nodeAt.applyAsInt(base);
    List<Duration> arrivals = to < 0 ? List.of() : faults.arrivals(from, to, message);
    for (Duration delay : arrivals) {
      WireMessage carried = carry(message);
      if (delay.isZero()) {
        carrier.send(base, carried);
      } else {
        system
            .scheduler()
            .scheduleOnce(delay, () -> carrier.send(base, carried), system.executionContext());
      }
    }
  }

  private WireMessage carry(WireMessage message) {
    byte[] bytes = serialization.serialize(message).get();
    int identifier = serialization.findSerializerFor(message).identifier();
    String manifest = Serializers.manifestFor(serialization.findSerializerFor(message), message);
    return (WireMessage) serialization.deserialize(bytes, identifier, manifest).get();
  }
}
