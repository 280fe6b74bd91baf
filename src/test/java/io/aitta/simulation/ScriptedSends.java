package io.aitta.simulation;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.quorum.Send;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one scripted request has under way: sends that did not arrive, replies that did not. */
final class ScriptedSends {
  private final Script script;
  private final ScriptedNode coordinator;
  private final Map<NodeId, ArrayDeque<Sent>> sent = new HashMap<>();
  private final Map<NodeId, ArrayDeque<Reply>> replies = new HashMap<>();

  ScriptedSends(Script script, ScriptedNode coordinator) {
    this.script = script;
    this.coordinator = coordinator;
  }

  void add(List<Send> sends) {
    for (Send send : sends) {
      ScriptedNode target = script.node(send.node());
      sent.computeIfAbsent(send.node(), unused -> new ArrayDeque<>())
          .add(new Sent(send, target.run(), coordinator.read()));
    }
  }

  /** The oldest send to a replica arrives, and is carried out. */
  void deliver(String replica) {
    ScriptedNode target = script.node(replica);
    Sent next = sent.getOrDefault(target.id(), new ArrayDeque<>()).remove();
    target.observe(next.time());
    ReplicaReply reply =
        next.run() == target.run()
            ? target.handle(next.send().request())
            : ReplicaReply.Refused.of(RefusalReason.WRONG_INCARNATION);
    replies
        .computeIfAbsent(target.id(), unused -> new ArrayDeque<>())
        .add(new Reply(next.send().node(), next.send().round(), reply, target.read()));
  }

  /** The oldest reply of a replica arrives. */
  Reply reply(String replica) {
    Reply next = replies.getOrDefault(Script.id(replica), new ArrayDeque<>()).remove();
    coordinator.observe(next.time());
    return next;
  }

  boolean hasSend(String replica) {
    return !sent.getOrDefault(Script.id(replica), new ArrayDeque<>()).isEmpty();
  }

  private record Sent(Send send, int run, HybridTime time) {}

  /** A reply that arrived. */
  record Reply(NodeId node, int round, ReplicaReply reply, HybridTime time) {}
}
