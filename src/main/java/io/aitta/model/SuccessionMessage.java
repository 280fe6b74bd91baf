package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * What nodes say to each other to decide the one successor of a partition's configuration, and to
 * store it: single-decree Paxos (Lamport 2001, section 2.2) among the configuration's members, a
 * new instance for every configuration; then the installation that fences the old one (protocol
 * rule 6; the two steps of Vertical Paxos, Lamport, Malkhi and Zhou 2009).
 */
public sealed interface SuccessionMessage extends ControlMessage {
  /** The sender. */
  NodeId from();

  /** The receiver; a node of another id ignores the message. */
  NodeId to();

  /** The partition that it is about. */
  PartitionId partition();

  /**
   * Phase 1a: promise to accept nothing below this ballot as the successor of that configuration.
   *
   * @param predecessor the configuration whose members decide; it is served
   */
  record Prepare(NodeId from, NodeId to, Succession predecessor, Ballot ballot)
      implements SuccessionMessage {
    @Override
    public PartitionId partition() {
      return predecessor.partition();
    }
  }

  /**
   * Phase 1b: promised, and this is what was accepted before.
   *
   * @param predecessor the epoch of the configuration whose successor is decided
   * @param acceptedBallot {@link Ballot#NONE} if nothing was accepted
   * @param accepted null if nothing was accepted
   */
  record Promise(
      NodeId from,
      NodeId to,
      PartitionId partition,
      Epoch predecessor,
      Ballot ballot,
      Ballot acceptedBallot,
      @Nullable Configuration accepted)
      implements SuccessionMessage {}

  /**
   * Phase 2a: accept this successor.
   *
   * @param predecessor the configuration whose members decide; it is served
   */
  record Accept(
      NodeId from, NodeId to, Succession predecessor, Ballot ballot, Configuration successor)
      implements SuccessionMessage {
    @Override
    public PartitionId partition() {
      return predecessor.partition();
    }
  }

  /**
   * Phase 2b: accepted.
   *
   * @param predecessor the epoch of the configuration whose successor is decided
   */
  record Accepted(NodeId from, NodeId to, PartitionId partition, Epoch predecessor, Ballot ballot)
      implements SuccessionMessage {}

  /**
   * A prepare or an accept came too late.
   *
   * @param predecessor the epoch of the configuration whose successor is decided
   * @param ballot the refused one
   * @param promised the higher one that was promised
   */
  record Rejected(
      NodeId from,
      NodeId to,
      PartitionId partition,
      Epoch predecessor,
      Ballot ballot,
      Ballot promised)
      implements SuccessionMessage {}

  /**
   * This configuration was decided: store it, and say so. Also the answer to whoever knows no more
   * than an older one.
   *
   * @param isServed whether a majority of its predecessors is known to have stored it
   */
  record Install(NodeId from, NodeId to, Succession succession, boolean isServed)
      implements SuccessionMessage {
    @Override
    public PartitionId partition() {
      return succession.partition();
    }
  }

  /**
   * The sender has stored the configuration of that epoch durably, and refuses everything older.
   */
  record Installed(NodeId from, NodeId to, PartitionId partition, Epoch epoch)
      implements SuccessionMessage {}
}
