package io.aitta.actor;

import io.aitta.model.WireMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** Hands what is sent to a probe, whoever it is for. */
record CapturedTransport(ActorRef<Sent> sent) implements Transport {

  /** What was sent, and where to. */
  record Sent(String base, WireMessage message) {}

  static CapturedTransport to(TestProbe<Sent> probe) {
    return new CapturedTransport(probe.ref());
  }

  @Override
  public void send(String base, WireMessage message) {
    sent.tell(new Sent(base, message));
  }
}
