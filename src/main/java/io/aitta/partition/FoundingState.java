package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterId;
import io.aitta.model.Founding;
import org.jspecify.annotations.Nullable;

/**
 * What a node must not forget of how its cluster was founded: durable before anything is said that
 * follows from it.
 *
 * @param promised the highest ballot that was promised
 * @param acceptedBallot the ballot of what was accepted
 * @param accepted what was accepted; null if nothing
 * @param decided what was decided, be it with this node or without; null until it is known
 * @param isActive whether every founder is known to have stored it
 * @param elsewhere a cluster that was founded without this node, which joins it and never founds
 *     another; null if it knows of none
 */
public record FoundingState(
    Ballot promised,
    Ballot acceptedBallot,
    @Nullable Founding accepted,
    @Nullable Founding decided,
    boolean isActive,
    @Nullable ClusterId elsewhere) {
  /** Nothing happened yet. */
  public static final FoundingState NONE =
      new FoundingState(Ballot.NONE, Ballot.NONE, null, null, false, null);

  FoundingState withPromised(Ballot ballot) {
    return new FoundingState(ballot, acceptedBallot, accepted, decided, isActive, elsewhere);
  }

  FoundingState withAccepted(Ballot ballot, Founding value) {
    return new FoundingState(ballot, ballot, value, decided, isActive, elsewhere);
  }

  FoundingState withDecided(Founding value) {
    return new FoundingState(promised, acceptedBallot, accepted, value, isActive, elsewhere);
  }

  FoundingState active() {
    return new FoundingState(promised, acceptedBallot, accepted, decided, true, elsewhere);
  }

  FoundingState withElsewhere(ClusterId cluster) {
    return new FoundingState(promised, acceptedBallot, accepted, decided, isActive, cluster);
  }
}
