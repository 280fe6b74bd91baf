package io.aitta.testkit;

import io.aitta.LocalNode;
import io.aitta.actor.NodeGuardian;
import io.aitta.actor.NodePorts;
import org.apache.pekko.actor.typed.ActorRef;

/** One run of one node of a test cluster. */
record TestNode(
    String base, NodePorts ports, LocalNode local, ActorRef<NodeGuardian.Command> guardian) {}
