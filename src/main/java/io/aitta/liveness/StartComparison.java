package io.aitta.liveness;

import io.aitta.model.ClusterId;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.SeenRuns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the greetings of others say of a node's own data (protocol rules 9 and 10): whether it is
 * what the node last had, or was set back, or is a copy's. The first row that fits decides.
 *
 * <table>
 * <caption>Verdicts</caption>
 * <tr><th>who greets</th><th>what it says</th><th>verdict</th><th>why</th></tr>
 * <tr><td>this run</td><td></td><td>NOTHING</td><td>its own greeting came back</td></tr>
 * <tr><td>this node's id</td><td>one of both serves</td>
 *   <td>COPY, if it is the other; else NOTHING</td>
 *   <td>who serves was compared with a majority</td></tr>
 * <tr><td>this node's id</td><td>both serve, or neither</td>
 *   <td>COPY, if the other's run is the higher; else NOTHING</td>
 *   <td>exactly one of both refuses itself</td></tr>
 * <tr><td>one of another cluster</td><td></td><td>FOREIGN</td>
 *   <td>what it remembers is of another cluster</td></tr>
 * <tr><td>a peer</td><td>it takes another node to be here</td><td>NOTHING</td>
 *   <td>what it remembers is of the one that was here before</td></tr>
 * <tr><td>a peer</td><td>it remembers a run with more starts</td><td>SET_BACK</td>
 *   <td>the data forgot starts</td></tr>
 * <tr><td>a peer</td><td>it remembers another run with as many starts</td>
 *   <td>SET_BACK; NOTHING while serving</td>
 *   <td>two starts from the same data; who serves came first</td></tr>
 * <tr><td>a peer</td><td>it remembers no run, or one with fewer starts</td><td>NOTHING</td>
 *   <td>it has not heard of this run</td></tr>
 * <tr><td>a peer</td><td>it knows this run, and times of earlier ones above what this one began
 *   with</td><td>SET_BACK</td><td>the data is older than what an earlier run said</td></tr>
 * <tr><td>a peer</td><td>it knows this run, and no such times</td><td>COMPARED</td><td></td></tr>
 * </table>
 *
 * @param self this node
 * @param run its run
 * @param began the ceiling of its clock that its data had when it started: every time that earlier
 *     runs said is at or below it
 */
public record StartComparison(NodeId self, Incarnation run, HybridTime began) {

  /** What a greeting says of this node's data. */
  public enum Verdict {
    /** Nothing yet, or nothing that this node must heed. */
    NOTHING,
    /** The sender knows this run and nothing later. */
    COMPARED,
    /** The sender holds data of another cluster. */
    FOREIGN,
    /** The data is older than what this node once had. */
    SET_BACK,
    /** Another node runs with this one's id, and is the one to go on. */
    COPY
  }

  /**
   * Judges a greeting.
   *
   * @param cluster to which this node's data belongs; null while it is empty
   * @param isServing whether this node serves
   */
  public Verdict judge(Greeting greeting, @Nullable ClusterId cluster, boolean isServing) {
    if (greeting.description().node().equals(self)) {
      return isOutdoneBy(greeting, isServing) ? Verdict.COPY : Verdict.NOTHING;
    }
    if (cluster != null && greeting.cluster() != null && !greeting.cluster().equals(cluster)) {
      return Verdict.FOREIGN;
    }
    if (!self.equals(greeting.receiver())) {
      return Verdict.NOTHING;
    }
    SeenRuns seen = greeting.remembered() == null ? SeenRuns.NONE : greeting.remembered();
    int starts = Math.max(greeting.rememberedStartCounter(), seen.last().startCounter());
    if (starts > run.startCounter()) {
      return Verdict.SET_BACK;
    }
    if (seen.hasLeftBehind(run)) {
      return isServing ? Verdict.NOTHING : Verdict.SET_BACK;
    }
    if (!seen.last().equals(run)) {
      return Verdict.NOTHING;
    }
    return seen.earlierTime().isAfter(began) ? Verdict.SET_BACK : Verdict.COMPARED;
  }

  private boolean isOutdoneBy(Greeting copy, boolean isServing) {
    if (copy.incarnation().equals(run)) {
      return false;
    }
    return copy.serves() == isServing ? copy.incarnation().value() > run.value() : copy.serves();
  }

  /**
   * Whether more than half of all nodes that are up serve one other cluster: then it is this node
   * that strayed. Of fewer it is they.
   *
   * @param served by each other node that is up and serves
   * @param nodes how many are up, this one included
   */
  public static boolean isOutnumbered(ClusterId own, List<ClusterId> served, int nodes) {
    for (ClusterId other : served) {
      long count = served.stream().filter(other::equals).count();
      if (!other.equals(own) && count > nodes / 2) {
        return true;
      }
    }
    return false;
  }
}
