package io.aitta.serialization;

import io.aitta.model.RefusedMessage;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ActorSystem;

/** Refuses messages that cannot be read: says so on the event stream, where they are counted. */
final class Refusing {
  private static final int MAX_TEXT = 200;

  private final ActorSystem system;

  Refusing(ActorSystem system) {
    this.system = system;
  }

  NotSerializableException refuse(String manifest, Exception reason) {
    String kind = shortened(manifest);
    String why = shortened(String.valueOf(reason.getMessage()));
    system.eventStream().publish(new RefusedMessage(kind, why));
    NotSerializableException refused =
        new NotSerializableException("malformed message [" + kind + "]: " + why);
    refused.initCause(reason);
    return refused;
  }

  /** What a stranger sent is not logged at the length that it chose. */
  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
