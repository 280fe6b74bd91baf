package io.aitta.actor;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.ComparisonLimits;
import io.aitta.repair.DigestTree;
import io.aitta.repair.PageToRead;
import io.aitta.repair.ReplicaTrees;
import io.aitta.repair.TreeAnswers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Carries out {@link TreeCommand}s, in the thread that owns the trees. */
final class TreeKeeper {
  private final NodeId self;
  private final Incarnation incarnation;
  private final ReplicaTrees trees;
  private final ComparisonLimits limits;
  private @Nullable ConfigurationTable known; // of which trees are kept
  private List<PartitionId> own = List.of();
  private @Nullable PageToRead wanted; // that was given out and did not come back

  /**
   * Takes over trees.
   *
   * @param trees used by the thread alone that calls this keeper
   */
  TreeKeeper(NodeId self, Incarnation incarnation, ReplicaTrees trees, ComparisonLimits limits) {
    this.self = self;
    this.incarnation = incarnation;
    this.trees = trees;
    this.limits = limits;
  }

  void handle(TreeCommand command, @Nullable ConfigurationTable configurations, long nowNanos) {
    follow(configurations);
    if (command instanceof TreeCommand.WantPage want) {
      want.replyTo().tell(nextPage(nowNanos));
    } else if (command instanceof TreeCommand.AddPage add) {
      trees.addPage(add.page(), add.records(), add.through(), nowNanos);
      wanted = null;
    } else if (command instanceof TreeCommand.Rebuild rebuild) {
      rebuild.partitions().forEach(trees::requestBuilding);
      rebuild.replyTo().tell(AntiEntropy.RebuildNoted.INSTANCE);
    } else if (command instanceof TreeCommand.Answer ask) {
      ask.replyTo().tell(new AntiEntropy.Answered(answer(ask.question())));
    } else if (command instanceof TreeCommand.WantTree want) {
      want.replyTo().tell(ownTree(want));
    }
  }

  private void follow(@Nullable ConfigurationTable configurations) {
    if (configurations != null && configurations != known) {
      known = configurations;
      own = configurations.replicasOf(self);
      trees.keep(own);
    }
  }

  private AntiEntropy.PageNeeded nextPage(long nowNanos) {
    if (wanted != null) {
      trees.recordUnread(wanted);
    }
    wanted = trees.nextPage(nowNanos);
    Set<PartitionId> unbuilt =
        own.stream()
            .filter(partition -> trees.isToBeBuilt(partition, nowNanos))
            .collect(Collectors.toUnmodifiableSet());
    return new AntiEntropy.PageNeeded(wanted, unbuilt, records());
  }

  private Map<PartitionId, Long> records() {
    Map<PartitionId, Long> records = new HashMap<>();
    for (PartitionId partition : own) {
      DigestTree tree = trees.tree(partition);
      if (tree != null) {
        records.put(partition, tree.summary().records());
      }
    }
    return Map.copyOf(records);
  }

  private AntiEntropyMessage answer(AntiEntropyMessage question) {
    DigestTree tree = trees.tree(question.header().partition());
    return question instanceof NodesRequest nodes
        ? TreeAnswers.nodes(nodes, tree, incarnation, limits)
        : TreeAnswers.root(new RootRequest(question.header()), tree, incarnation);
  }

  private AntiEntropy.OwnTree ownTree(TreeCommand.WantTree want) {
    DigestTree tree = trees.tree(want.answer().header().partition());
    return new AntiEntropy.OwnTree(
        want.answer(),
        tree == null ? null : tree.summary(),
        tree == null || want.parents() == null
            ? null
            : tree.children(want.parents(), limits.maxParents()));
  }
}
