package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.HashSet;
import java.util.Set;

/**
 * One ballot of one proposer (Lamport 2001, section 2.2) for the successor of a configuration; a
 * majority of its members decides.
 */
final class SuccessorProposal {
  private final Succession predecessor;
  private final Ballot ballot;
  private final Set<NodeId> promised = new HashSet<>();
  private final Set<NodeId> accepted = new HashSet<>();
  private Configuration chosen;
  private Ballot chosenBallot = Ballot.NONE; // of the highest accepted value that was promised with

  SuccessorProposal(Succession predecessor, Ballot ballot, Configuration successor) {
    this.predecessor = predecessor;
    this.ballot = ballot;
    this.chosen = successor;
  }

  Succession predecessor() {
    return predecessor;
  }

  Ballot ballot() {
    return ballot;
  }

  /**
   * The value that it must propose: the one of the highest ballot that was accepted, else its own.
   */
  Configuration chosen() {
    return chosen;
  }

  /** Records a promise; true exactly when it completes the majority. */
  boolean recordPromise(SuccessionMessage.Promise promise) {
    if (!promise.predecessor().equals(predecessor.epoch())
        || !promise.ballot().equals(ballot)
        || isMajority(promised)
        || !isMember(promise.from())
        || !promised.add(promise.from())) {
      return false;
    }
    Configuration before = promise.accepted();
    if (before != null && promise.acceptedBallot().isAbove(chosenBallot)) {
      chosenBallot = promise.acceptedBallot();
      chosen = before;
    }
    return isMajority(promised);
  }

  /** Records an acceptance; true exactly when it completes the majority. */
  boolean recordAccepted(SuccessionMessage.Accepted one) {
    return one.predecessor().equals(predecessor.epoch())
        && one.ballot().equals(ballot)
        && isMajority(promised)
        && !isMajority(accepted)
        && isMember(one.from())
        && accepted.add(one.from())
        && isMajority(accepted);
  }

  private boolean isMember(NodeId node) {
    return predecessor.configuration().members().contains(node);
  }

  private boolean isMajority(Set<NodeId> nodes) {
    return nodes.size() > predecessor.configuration().members().size() / 2;
  }
}
