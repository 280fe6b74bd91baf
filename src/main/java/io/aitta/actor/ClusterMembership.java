package io.aitta.actor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Tells the supervisor of peers which other members of the Pekko cluster are up, have the role, and
 * can be reached. A member counts as up from the moment it is joining, since data may be needed to
 * become ready.
 */
final class ClusterMembership extends AbstractBehavior<ClusterMembership.Command> {

  sealed interface Command permits Changed {}

  private record Changed(ClusterEvent.ClusterDomainEvent event) implements Command {}

  private final ActorRef<? super MembershipChanged> supervisor;
  private final String guardianPath;
  private final String role;
  private final Address self;
  private final Set<Member> members = new HashSet<>();
  private final Set<Member> unreachable = new HashSet<>();

  private ClusterMembership(
      ActorContext<Command> context,
      ActorRef<? super MembershipChanged> supervisor,
      String guardianPath,
      String role) {
    super(context);
    this.supervisor = supervisor;
    this.guardianPath = guardianPath;
    this.role = role;
    // The present state comes as events first.
    Cluster cluster = Cluster.get(context.getSystem());
    this.self = cluster.selfMember().address();
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, Changed::new),
                ClusterEvent.ClusterDomainEvent.class));
  }

  /**
   * Watches the cluster.
   *
   * @param guardianPath the path of Aitta's guardian on every node, below the address
   * @param role only members of this role count; empty for all
   */
  static Behavior<Command> create(
      ActorRef<? super MembershipChanged> supervisor, String guardianPath, String role) {
    return Behaviors.setup(
        context -> new ClusterMembership(context, supervisor, guardianPath, role));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Changed.class, this::onChanged).build();
  }

  private Behavior<Command> onChanged(Changed changed) {
    if (changed.event() instanceof ClusterEvent.MemberEvent event) {
      members.remove(event.member());
      record(event.member());
    } else if (changed.event() instanceof ClusterEvent.UnreachableMember event) {
      unreachable.add(event.member());
    } else if (changed.event() instanceof ClusterEvent.ReachableMember event) {
      unreachable.remove(event.member());
    } else {
      return this;
    }
    tell();
    return this;
  }

  private void record(Member member) {
    boolean isThere =
        member.status().equals(MemberStatus.joining())
            || member.status().equals(MemberStatus.weaklyUp())
            || member.status().equals(MemberStatus.up())
            || member.status().equals(MemberStatus.leaving());
    if (isThere && (role.isEmpty() || member.hasRole(role))) {
      members.add(member);
    } else {
      members.remove(member);
      unreachable.remove(member);
    }
  }

  private void tell() {
    Map<String, Boolean> reachable = new HashMap<>();
    for (Member member : members) {
      if (!member.address().equals(self)) {
        reachable.put(member.address() + guardianPath, !unreachable.contains(member));
      }
    }
    supervisor.tell(new MembershipChanged(reachable));
  }
}
