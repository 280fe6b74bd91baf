package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.partition.PartitionState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigurationEventsTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final PartitionId P = new PartitionId(0);
  private static final PartitionId Q = new PartitionId(1);
  private static final Epoch SECOND = Epoch.FIRST.next();
  private static final Configuration JOINT =
      new Configuration(P, SECOND, List.of(A, B), List.of(B, C));

  private static PartitionState state(Configuration configuration, boolean isServed) {
    return new PartitionState(
        new Succession(configuration, List.of(A, B)),
        isServed,
        Ballot.NONE,
        Ballot.NONE,
        null,
        null);
  }

  private static PartitionState first(PartitionId partition) {
    return state(Configuration.stable(partition, Epoch.FIRST, List.of(A, B)), true);
  }

  private static List<ClusterEvent> stored(PartitionState before, PartitionState... after) {
    ConfigurationEvents events = new ConfigurationEvents(A);
    events.begin(before);
    events.begin(first(Q));
    List<ClusterEvent> told = new ArrayList<>();
    for (PartitionState state : after) {
      told.addAll(events.stored(List.of(state)));
    }
    return told;
  }

  @Test
  void tellsOfAConfigurationOnceItIsServed() {
    List<ClusterEvent> told =
        List.of(
            new ClusterEvent.ConfigurationChanged(A, P, SECOND, List.of(A, B), List.of(B, C)),
            new ClusterEvent.MemberJoined(A, C));
    assertEquals(List.of(), stored(first(P), state(JOINT, false)));
    assertEquals(told, stored(first(P), state(JOINT, true)));
    assertEquals(told, stored(first(P), state(JOINT, false), state(JOINT, true)));
    assertEquals(told, stored(state(JOINT, false), state(JOINT, true)), "after a start");
  }

  @Test
  void tellsNothingOfWhatIsKnownOrWasPromised() {
    PartitionState promised =
        new PartitionState(first(P).installed(), true, new Ballot(4, B), Ballot.NONE, JOINT, null);
    assertEquals(List.of(), stored(first(P), promised));
    assertEquals(List.of(), stored(state(JOINT, true), state(JOINT, true)));
  }

  @Test
  void tellsWhoHoldsNothingAnyMore() {
    Configuration stable = Configuration.stable(P, SECOND.next(), List.of(A, B));
    assertEquals(
        List.of(
            new ClusterEvent.ConfigurationChanged(A, P, SECOND.next(), List.of(A, B), List.of()),
            new ClusterEvent.MemberLeft(A, C)),
        stored(state(JOINT, true), state(stable, true)));
  }

  @Test
  void tellsWhoIsLostAndWhoSurvivedOnceAPartitionIsRecovered() {
    Configuration recovery = new Configuration(P, new Epoch(1, 1), List.of(B), List.of(B, C));
    ClusterEvent recovered =
        new ClusterEvent.PartitionRecovered(
            A, P, new Epoch(1, 1), List.of(A), List.of(B), List.of(B, C));
    assertEquals(recovered, stored(first(P), state(recovery, true)).get(0));
    Configuration after = Configuration.stable(P, new Epoch(1, 2), List.of(B, C));
    List<ClusterEvent> told = stored(first(P), state(recovery, true), state(after, true));
    assertEquals(1, told.stream().filter(recovered::equals).count());
    assertEquals(
        new ClusterEvent.PartitionRecovered(
            A, P, new Epoch(1, 2), List.of(A), List.of(B), List.of(B, C)),
        stored(first(P), state(after, true)).get(0),
        "who learns it late");
    Configuration empty = new Configuration(P, new Epoch(1, 1), List.of(C), List.of(C));
    assertEquals(
        new ClusterEvent.PartitionRecovered(
            A, P, new Epoch(1, 1), List.of(A, B), List.of(), List.of(C)),
        stored(first(P), state(empty, true)).get(0),
        "nobody is left");
  }

  @Test
  void tellsOnceThatAPartitionIsStopped() {
    Succession other = Succession.first(Configuration.stable(P, Epoch.FIRST, List.of(B, C)));
    PartitionState stopped =
        new PartitionState(first(P).installed(), false, Ballot.NONE, Ballot.NONE, null, other);
    assertEquals(
        List.of(new ClusterEvent.PartitionStopped(A, P, Epoch.FIRST)),
        stored(first(P), stopped, stopped));
  }

  @Test
  void tellsNothingOfTheRoster() {
    Configuration roster = Configuration.roster(Epoch.FIRST, List.of(A, B), List.of());
    Configuration next = Configuration.roster(SECOND, List.of(B), List.of());
    assertEquals(List.of(), stored(state(roster, true), state(next, true)));
  }
}
