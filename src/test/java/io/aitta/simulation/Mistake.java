package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.ReplicaRequest;

/** What distributed stores got wrong before; the simulation makes one of them when told to. */
enum Mistake {
  /** A replica carries out requests of an older configuration (Scylla #5252). */
  OLD_EPOCHS_ARE_SERVED,
  /** A joiner counts as loaded before it merged anything (keycloak #52088). */
  JOINERS_COUNT_BEFORE_THEY_LOADED,
  /** Who was a member before takes nothing over from the others (protocol rule 5). */
  ONLY_NEWCOMERS_MERGE,
  /** What one member holds is taken for everything (protocol rule 4). */
  ONE_SOURCE_IS_ENOUGH,
  /** A write in a joint configuration is counted in the old set alone (protocol rule 3). */
  JOINT_WRITES_COUNT_IN_THE_OLD_SET,
  /** A read in a joint configuration is counted in the old set alone (protocol rule 3). */
  JOINT_READS_COUNT_IN_THE_OLD_SET,
  /** The two sets of a joint configuration count as one large one (protocol rule 15). */
  JOINT_SETS_COUNT_AS_ONE,
  /** A source gives what it holds before it refuses older requests (protocol rule 4). */
  SOURCES_ARE_NOT_FENCED,
  /** A restarted node forgot which configurations it stored (Scylla #5251; protocol rule 6). */
  CONFIGURATIONS_ARE_FORGOTTEN,
  /** A silent replica counts as an acknowledgement (Hazelcast's time-out semantics). */
  TIME_OUTS_COUNT_AS_ACKNOWLEDGED,
  /** A hint counts as an acknowledgement (Dynamo's sloppy quorum). */
  HINTS_COUNT_AS_ACKNOWLEDGED,
  /** A hint goes to the node that was to hold the key once, and is done with then. */
  FORMER_OWNERS_ARE_GIVEN_HINTS,
  /** A replica says that it applied what it did not store. */
  ACKNOWLEDGED_BEFORE_STORED,
  /** A read answers before its repair is done (Dynamo; protocol rule 2). */
  REPAIRS_ARE_NOT_WAITED_FOR,
  /** Nobody answered a read, and it says "not found". */
  TIME_OUTS_ARE_NOT_FOUND,
  /** A read at QUORUM is content with the first copy. */
  THE_FIRST_COPY_IS_ENOUGH,
  /** Tombstones are dropped by the clock, whoever holds them (Cassandra's grace period). */
  TOMBSTONES_ARE_DROPPED_EARLY,
  /** Who comes back finds what it had before it left (protocol rule 7). */
  LEFTOVERS_ARE_KEPT,
  /** What comes back to the members is taken without asking a majority (protocol rule 8). */
  LEFTOVERS_ARE_TAKEN_UNASKED,
  /** What was dropped is forgotten (protocol rule 8). */
  HORIZONS_ARE_IGNORED,
  /** Confirmations are good in every configuration (protocol rule 7). */
  PROOFS_OUTLIVE_THEIR_CONFIGURATION;

  /** Whether it shows only where dead records are dropped. */
  boolean isOfDeadRecords() {
    return switch (this) {
      case TOMBSTONES_ARE_DROPPED_EARLY,
          LEFTOVERS_ARE_KEPT,
          LEFTOVERS_ARE_TAKEN_UNASKED,
          HORIZONS_ARE_IGNORED,
          PROOFS_OUTLIVE_THEIR_CONFIGURATION ->
          true;
      default -> false;
    };
  }

  /** A configuration that counts in the old set alone. */
  static Configuration oldSetAlone(Configuration joint) {
    return Configuration.stable(joint.partition(), joint.epoch(), joint.members());
  }

  /** A configuration whose sets count as one. */
  static Configuration bothSetsAsOne(Configuration joint) {
    return Configuration.stable(joint.partition(), joint.epoch(), joint.replicas());
  }

  /** A request as if it had been made by that configuration. */
  static ReplicaRequest withEpoch(ReplicaRequest request, Configuration configuration) {
    return request instanceof ReplicaRequest.Write write
        ? new ReplicaRequest.Write(
            write.key(), configuration.epoch(), write.entry(), write.origin(), write.drops())
        : new ReplicaRequest.Read(request.key(), configuration.epoch());
  }
}
