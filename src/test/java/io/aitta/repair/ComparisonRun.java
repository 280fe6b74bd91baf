package io.aitta.repair;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Digests;
import io.aitta.model.Epoch;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.WireSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Drives a comparison of two sides to its end, as the actors do. */
final class ComparisonRun {
  static final NodeId SELF = new NodeId(1);
  static final NodeId OTHER = new NodeId(2);
  static final Incarnation RUN = Incarnation.of(1, 1);
  static final ComparisonHeader HEADER =
      new ComparisonHeader(5, 0, SELF, RUN, OTHER, new PartitionId(3), Epoch.FIRST);

  private final ComparedSide own;
  private final ComparedSide other;
  private final ComparisonLimits limits;
  private final int pageRecords;
  private final int maxReadRecords;
  private final TreeComparison comparison;
  private final List<Difference> differences = new ArrayList<>();
  private int largestMessage;
  private int rounds;
  private int listings;
  private boolean hasSettled;

  ComparisonRun(
      ComparedSide own,
      ComparedSide other,
      ComparisonLimits limits,
      int pageRecords,
      int maxReadRecords) {
    this.own = own;
    this.other = other;
    this.limits = limits;
    this.pageRecords = pageRecords;
    this.maxReadRecords = maxReadRecords;
    this.comparison = new TreeComparison(HEADER, limits);
  }

  /** Does everything; between the steps, what is given happens. */
  TreeComparison.Step run(Runnable betweenSteps) {
    while (true) {
      TreeComparison.Step step = comparison.step();
      switch (step) {
        case ASK -> ask();
        case SETTLE -> {
          hasSettled = true;
          comparison.recordSettled();
        }
        case READ -> {
          Key after = comparison.readAfter();
          List<KeyVersion> page = own.page(after, pageRecords);
          comparison.recordRead(page, through(page));
        }
        case TAKE -> differences.addAll(comparison.take(7));
        case DONE, FAILED -> {
          return step;
        }
      }
      betweenSteps.run();
    }
  }

  private @Nullable Key through(List<KeyVersion> page) {
    return page.size() < pageRecords ? null : page.get(page.size() - 1).key();
  }

  private void ask() {
    AntiEntropyMessage question = comparison.ask();
    rounds++;
    AntiEntropyMessage answer = answer(question);
    largestMessage = Math.max(largestMessage, WireSize.of(question));
    largestMessage = Math.max(largestMessage, WireSize.of(answer));
    if (comparison.isAnswer(answer)) {
      record(answer);
    }
    if (comparison.isAnswer(answer)) {
      throw new AssertionError("an answer counts twice: " + answer);
    }
  }

  private void record(AntiEntropyMessage answer) {
    if (answer instanceof AntiEntropyMessage.RootReply reply) {
      comparison.recordRoot(reply, own.tree().summary());
    } else if (answer instanceof AntiEntropyMessage.NodesReply reply) {
      Digests children = own.tree().children(comparison.parents(), Integer.MAX_VALUE);
      comparison.recordNodes(reply, Objects.requireNonNull(children));
    } else if (answer instanceof AntiEntropyMessage.ListingReply reply) {
      comparison.recordListing(reply);
    } else if (answer instanceof AntiEntropyMessage.Refused refused) {
      comparison.recordRefused(refused);
    }
  }

  private AntiEntropyMessage answer(AntiEntropyMessage question) {
    if (question instanceof AntiEntropyMessage.RootRequest request) {
      return TreeAnswers.root(request, other.tree(), RUN);
    }
    if (question instanceof AntiEntropyMessage.NodesRequest request) {
      return TreeAnswers.nodes(request, other.tree(), RUN, limits);
    }
    listings++;
    ListingAnswer answer =
        new ListingAnswer((AntiEntropyMessage.ListingRequest) question, limits, maxReadRecords);
    while (!answer.isComplete()) {
      List<KeyVersion> page = other.page(answer.readAfter(), pageRecords);
      answer.recordRead(page, through(page));
    }
    return answer.reply(RUN);
  }

  TreeComparison comparison() {
    return comparison;
  }

  List<Difference> differences() {
    return differences;
  }

  int largestMessage() {
    return largestMessage;
  }

  int rounds() {
    return rounds;
  }

  int listings() {
    return listings;
  }

  boolean hasSettled() {
    return hasSettled;
  }
}
