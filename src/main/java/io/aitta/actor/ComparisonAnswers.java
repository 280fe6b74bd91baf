package io.aitta.actor;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.RefusalReason;
import io.aitta.model.WireSize;
import io.aitta.repair.ComparisonLimits;
import io.aitta.repair.ListingAnswer;
import io.aitta.storage.StorageException;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;

/**
 * Answers what other members ask of this node's trees and records, and keeps nothing of it. Owned
 * by one actor.
 */
final class ComparisonAnswers {
  /** Records that are read for one answer. */
  private static final int MAX_LISTED = 10_000;

  private final AntiEntropyWorks works;
  private final ComparisonRules rules;
  private final ComparisonLimits limits;
  private final RecordPages pages;
  private long bytesSent;
  private long bytesReceived;

  ComparisonAnswers(
      AntiEntropyWorks works, ComparisonRules rules, ComparisonLimits limits, RecordPages pages) {
    this.works = works;
    this.rules = rules;
    this.limits = limits;
    this.pages = pages;
  }

  long bytesSent() {
    return bytesSent;
  }

  long bytesReceived() {
    return bytesReceived;
  }

  /** Whether a message asks something. */
  static boolean isQuestion(AntiEntropyMessage message) {
    return message instanceof RootRequest
        || message instanceof NodesRequest
        || message instanceof ListingRequest;
  }

  /**
   * Answers a question.
   *
   * @param answered hears what the replica says of its tree, which is then to be {@link #send sent}
   */
  void answer(AntiEntropyMessage question, ActorRef<AntiEntropy.Answered> answered, Logger log) {
    bytesReceived += WireSize.of(question);
    ComparisonHeader header = question.header();
    RefusalReason refusal = rules.refusal(header);
    if (refusal != null) {
      send(new Refused(header.answeredBy(works.incarnation()), refusal));
    } else if (question instanceof ListingRequest listing) {
      list(listing, log);
    } else {
      works.replica().tell(new TreeCommand.Answer(question, answered));
    }
  }

  private void list(ListingRequest request, Logger log) {
    ListingAnswer listing = new ListingAnswer(request, limits, MAX_LISTED);
    try {
      while (!listing.isComplete()) {
        RecordPages.Page page = pages.read(request.header().partition(), listing.readAfter());
        listing.recordRead(page.records(), page.through());
      }
      send(listing.reply(works.incarnation()));
    } catch (StorageException e) {
      log.warn("could not list records of partition {}", request.header().partition(), e);
      send(
          new Refused(
              request.header().answeredBy(works.incarnation()), RefusalReason.STORAGE_FAILED));
    }
  }

  void send(AntiEntropyMessage answer) {
    String address = works.peers().get().address(answer.header().to());
    if (address != null) {
      bytesSent += WireSize.of(answer);
      works.transport().send(address, answer);
    }
  }
}
