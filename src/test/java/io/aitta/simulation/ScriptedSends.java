package io.aitta.simulation;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.quorum.Send;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
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
    deliverTogether(script.node(replica), List.of(this));
  }

  /** The oldest send of each to a replica arrives, and all are carried out as one batch. */
  static void deliverTogether(ScriptedNode target, List<ScriptedSends> all) {
    List<Sent> arrived = new ArrayList<>();
    List<ReplicaRequest> batch = new ArrayList<>();
    for (ScriptedSends one : all) {
      Sent next = one.sent.getOrDefault(target.id(), new ArrayDeque<>()).remove();
      target.observe(next.time());
      arrived.add(next);
      if (next.run() == target.run()) {
        batch.add(next.send().request());
      }
    }
    Iterator<ReplicaReply> replies = target.handle(batch).iterator();
    for (int i = 0; i < arrived.size(); i++) {
      Sent next = arrived.get(i);
      ReplicaReply reply =
          next.run() == target.run()
              ? replies.next()
              : ReplicaReply.Refused.of(RefusalReason.WRONG_INCARNATION);
      all.get(i)
          .replies
          .computeIfAbsent(target.id(), unused -> new ArrayDeque<>())
          .add(new Reply(next.send().node(), next.send().round(), reply, target.read()));
    }
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
