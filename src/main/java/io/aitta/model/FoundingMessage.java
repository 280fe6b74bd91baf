package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * What the first nodes say to each other to agree on a {@link Founding}: single-decree Paxos
 * (Lamport 2001, section 2.2), then a confirmation by every founder that it is stored, since
 * nothing is served before that (protocol rule 14). Nodes that come later are told what was
 * decided.
 */
public sealed interface FoundingMessage extends ControlMessage {
  /** The sender. */
  NodeId from();

  /** The receiver; a node of another id ignores the message. */
  NodeId to();

  /** Phase 1a: promise to accept nothing below this ballot. */
  record Prepare(NodeId from, NodeId to, Ballot ballot) implements FoundingMessage {}

  /**
   * Phase 1b: promised, and this is what was accepted before.
   *
   * @param acceptedBallot {@link Ballot#NONE} if nothing was accepted
   * @param accepted null if nothing was accepted
   */
  record Promise(
      NodeId from, NodeId to, Ballot ballot, Ballot acceptedBallot, @Nullable Founding accepted)
      implements FoundingMessage {}

  /** Phase 2a: accept this value. */
  record Accept(NodeId from, NodeId to, Ballot ballot, Founding value) implements FoundingMessage {}

  /** Phase 2b: accepted. */
  record Accepted(NodeId from, NodeId to, Ballot ballot) implements FoundingMessage {}

  /**
   * A prepare or an accept came too late.
   *
   * @param ballot the refused one
   * @param promised the higher one that was promised
   */
  record Rejected(NodeId from, NodeId to, Ballot ballot, Ballot promised)
      implements FoundingMessage {}

  /** The value is decided: store it, and say so. */
  record Decided(NodeId from, NodeId to, Founding value) implements FoundingMessage {}

  /** The decided value is stored durably at the sender. */
  record Stored(NodeId from, NodeId to, ClusterId cluster) implements FoundingMessage {}

  /** Every founder stored it: serve. */
  record Activated(NodeId from, NodeId to, ClusterId cluster) implements FoundingMessage {}

  /** The sender is empty, and asks to become a node of the receiver's cluster. */
  record AskedToJoin(NodeId from, NodeId to) implements FoundingMessage {}

  /** How the cluster began that the receiver asked to join. */
  record Welcome(NodeId from, NodeId to, Founding value) implements FoundingMessage {}
}
