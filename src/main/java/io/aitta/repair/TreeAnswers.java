package io.aitta.repair;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Digests;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import org.jspecify.annotations.Nullable;

/** The answers to questions about a tree, which need no state; see {@link ListingAnswer}. */
public final class TreeAnswers {
  private TreeAnswers() {}

  /** Why a question is not answered, whatever it asks; null if it is. */
  public static @Nullable RefusalReason refusal(
      ComparisonHeader header, NodeId self, Configuration configuration) {
    int byEpoch = header.epoch().compareTo(configuration.epoch());
    if (byEpoch != 0) {
      return byEpoch < 0 ? RefusalReason.STALE_EPOCH : RefusalReason.NOT_READY;
    }
    return configuration.hasReplica(self) && configuration.hasReplica(header.from())
        ? null
        : RefusalReason.NOT_A_REPLICA;
  }

  /** Answers with the whole tree's digest; refuses if there is no tree yet. */
  public static AntiEntropyMessage root(
      RootRequest request, @Nullable DigestTree tree, Incarnation self) {
    ComparisonHeader header = request.header().answeredBy(self);
    return tree == null
        ? new Refused(header, RefusalReason.NOT_READY)
        : new RootReply(header, tree.summary());
  }

  /** Answers with digests of children, of all parents or the first; refuses if there are none. */
  public static AntiEntropyMessage nodes(
      NodesRequest request, @Nullable DigestTree tree, Incarnation self, ComparisonLimits limits) {
    ComparisonHeader header = request.header().answeredBy(self);
    Digests children = tree == null ? null : tree.children(request.parents(), limits.maxParents());
    return children == null
        ? new Refused(header, RefusalReason.NOT_READY)
        : new NodesReply(header, children);
  }
}
