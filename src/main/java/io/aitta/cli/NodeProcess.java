package io.aitta.cli;

import io.aitta.AittaNode;
import org.apache.pekko.actor.typed.ActorSystem;

/** Opens the store in a node's ActorSystem. */
final class NodeProcess {
  private NodeProcess() {}

  // The one line that the store itself is to replace.
  @SuppressWarnings("DoNotCallSuggester")
  static AittaNode open(ActorSystem<?> system) {
    throw CommandFailure.unavailable("this build has no store to open in " + system.name());
  }
}
