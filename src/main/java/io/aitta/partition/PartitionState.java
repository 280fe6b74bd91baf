package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.Succession;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of one partition's configurations, and what it promised as one of those who
 * decide the next. Kept for ever: a node that forgets it must not take part again (protocol rule
 * 9).
 *
 * @param installed the newest configuration that it stored; it refuses everything older
 * @param isServed whether a majority of the predecessors is known to have stored it
 * @param promised nothing below is accepted as the successor of the installed configuration
 * @param acceptedBallot the ballot of {@code accepted}
 * @param accepted what was accepted as the successor; null if nothing
 * @param conflict another configuration that claims the installed one's epoch: the partition is not
 *     served until it is recovered; null if all is well
 */
public record PartitionState(
    Succession installed,
    boolean isServed,
    Ballot promised,
    Ballot acceptedBallot,
    @Nullable Configuration accepted,
    @Nullable Succession conflict) {

  /** A partition at its first configuration, which all of its members stored. */
  public static PartitionState first(Configuration configuration) {
    return installed(Succession.first(configuration), true);
  }

  /** A configuration that was just stored: the consensus on its successor begins with nothing. */
  static PartitionState installed(Succession succession, boolean isServed) {
    return new PartitionState(succession, isServed, Ballot.NONE, Ballot.NONE, null, null);
  }

  PartitionState served() {
    return new PartitionState(installed, true, promised, acceptedBallot, accepted, conflict);
  }

  PartitionState inConflictWith(Succession other) {
    return new PartitionState(installed, false, promised, acceptedBallot, accepted, other);
  }

  PartitionState withPromised(Ballot ballot) {
    return new PartitionState(installed, isServed, ballot, acceptedBallot, accepted, conflict);
  }

  PartitionState withAccepted(Ballot ballot, Configuration successor) {
    return new PartitionState(installed, isServed, ballot, ballot, successor, conflict);
  }
}
