package io.aitta.model;

/** Why a node takes over the entries of a partition from other members. */
public enum TransferPurpose {
  /** It is to hold the partition by a joint configuration, or to go on holding it. */
  LOAD,
  /** It lost records of the partition, and counts for no quorum of it until it is whole again. */
  MEND
}
