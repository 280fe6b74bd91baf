package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.KeyVersion;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.TombstoneProof;
import io.aitta.storage.StorageException;
import java.util.List;

/** The proof that what a node holds may be dropped; every message arrives when it is told to. */
final class ScriptedProof {
  /** For how long what is dropped must have been dead. */
  static final long MIN_AGE_MILLIS = 3_000;

  /** The longest deadline of a request. */
  static final long WAIT_MILLIS = 1_000;

  private final Script script;
  private final ScriptedNode asking;
  private final TombstoneProof proof;

  /** Looks for what is dead at a node, and begins to ask the members of a configuration. */
  ScriptedProof(Script script, String asking, Configuration configuration) {
    this.script = script;
    this.asking = script.node(asking);
    try {
      List<KeyVersion> dead =
          this.asking
              .disk()
              .dead(Script.PARTITION, script.nowMillis() - MIN_AGE_MILLIS, Integer.MAX_VALUE);
      this.proof = new TombstoneProof(configuration, dead, WAIT_MILLIS * 1_000_000);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean mayTakePart(ScriptedNode node) {
    return script.makes(Mistake.PROOFS_OUTLIVE_THEIR_CONFIGURATION)
        || node.mayTakePart(proof.configuration().epoch());
  }

  /** Members say what they hold. */
  ScriptedProof confirm(String... members) {
    for (String member : members) {
      ScriptedNode node = script.node(member);
      try {
        Bytes bits =
            mayTakePart(node)
                ? node.deadRecords().confirm(Script.PARTITION, proof.dead())
                : Bytes.EMPTY;
        proof.recordConfirmed(node.id(), bits, script.nowNanos());
      } catch (StorageException e) {
        throw new IllegalStateException(e);
      }
    }
    return this;
  }

  /** A member is given what it lacks. */
  ScriptedProof give(String member) {
    ScriptedNode node = script.node(member);
    for (KeyVersion missing : proof.missing(node.id())) {
      Entry entry = asking.copy();
      if (entry != null && missing.key().equals(Script.KEY)) {
        node.handle(
            List.of(
                new ReplicaRequest.Write(
                    missing.key(), proof.configuration().epoch(), entry, WriteOrigin.REPAIR)));
      }
    }
    return this;
  }

  /** How far it is now. */
  TombstoneProof.Phase phase() {
    proof.due(script.nowNanos());
    return proof.phase();
  }

  /** Members are told to drop what is proven, and do. */
  void drop(String... members) {
    if (phase() != TombstoneProof.Phase.DROPPING) {
      return;
    }
    for (String member : members) {
      ScriptedNode node = script.node(member);
      try {
        if (mayTakePart(node)) {
          node.deadRecords().drop(Script.PARTITION, proof.proven(), script.nowMillis());
        }
      } catch (StorageException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
