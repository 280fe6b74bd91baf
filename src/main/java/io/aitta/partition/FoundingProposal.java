package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One ballot of one proposer (Lamport 2001, section 2.2), whose quorum is all founders of its
 * value.
 */
final class FoundingProposal {
  private final Ballot ballot;
  private final Founding value;
  private final Set<NodeId> promised = new HashSet<>();
  private final Set<NodeId> accepted = new HashSet<>();
  private Founding chosen;
  private Ballot chosenBallot = Ballot.NONE; // of the highest accepted value that was promised with

  FoundingProposal(Ballot ballot, Founding value) {
    this.ballot = ballot;
    this.value = value;
    this.chosen = value;
  }

  Ballot ballot() {
    return ballot;
  }

  /** The value that this proposer came with. */
  Founding value() {
    return value;
  }

  /**
   * The value that it must propose: the one of the highest ballot that was accepted, else its own.
   */
  Founding chosen() {
    return chosen;
  }

  List<NodeId> founders() {
    return value.founders().stream().map(PeerDescription::node).toList();
  }

  /** Who has not answered what was last asked of all. */
  List<PeerDescription> unanswered() {
    Set<NodeId> answered = promised.size() < value.founders().size() ? promised : accepted;
    return value.founders().stream().filter(founder -> !answered.contains(founder.node())).toList();
  }

  /** Records a promise; true exactly when it completes the quorum. */
  boolean recordPromise(FoundingMessage.Promise promise) {
    if (!promise.ballot().equals(ballot)
        || !founders().contains(promise.from())
        || !promised.add(promise.from())) {
      return false;
    }
    Founding before = promise.accepted();
    if (before != null && promise.acceptedBallot().isAbove(chosenBallot)) {
      chosenBallot = promise.acceptedBallot();
      chosen = before;
    }
    return promised.size() == value.founders().size();
  }

  /** Records an acceptance; true exactly when it completes the quorum. */
  boolean recordAccepted(FoundingMessage.Accepted one) {
    return one.ballot().equals(ballot)
        && promised.size() == value.founders().size()
        && founders().contains(one.from())
        && accepted.add(one.from())
        && accepted.size() == value.founders().size();
  }
}
