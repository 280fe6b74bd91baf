package io.aitta.cli;

import io.aitta.Aitta;
import io.aitta.AittaNode;
import org.apache.pekko.actor.typed.ActorSystem;

/** Opens the store in a node's ActorSystem. */
final class NodeProcess {
  private NodeProcess() {}

  static AittaNode open(ActorSystem<?> system) {
    return Aitta.get(system).node();
  }
}
