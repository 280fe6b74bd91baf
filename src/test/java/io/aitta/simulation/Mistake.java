package io.aitta.simulation;

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
  /** A restarted node forgot which configurations it stored (Scylla #5251; protocol rule 6). */
  CONFIGURATIONS_ARE_FORGOTTEN,
  /** A silent replica counts as an acknowledgement (Hazelcast's time-out semantics). */
  TIME_OUTS_COUNT_AS_ACKNOWLEDGED,
  /** A hint counts as an acknowledgement (Dynamo's sloppy quorum). */
  HINTS_COUNT_AS_ACKNOWLEDGED,
  /** A replica says that it applied what it did not store. */
  ACKNOWLEDGED_BEFORE_STORED,
  /** A read answers before its repair is done (Dynamo; protocol rule 2). */
  REPAIRS_ARE_NOT_WAITED_FOR,
  /** Nobody answered a read, and it says "not found". */
  TIME_OUTS_ARE_NOT_FOUND,
  /** A read at QUORUM is content with the first copy. */
  THE_FIRST_COPY_IS_ENOUGH
}
