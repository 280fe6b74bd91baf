package io.aitta.actor;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import io.aitta.model.TreeNodes;
import io.aitta.repair.PageToRead;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AntiEntropy} asks of the trees, which the {@link Replica} owns: {@link TreeKeeper}.
 */
sealed interface TreeCommand extends Replica.Command {

  /** Asks for the page that a tree needs next. One that was asked for before is given up. */
  record WantPage(ActorRef<AntiEntropy.PageNeeded> replyTo) implements TreeCommand {}

  /**
   * Brings a page.
   *
   * @param through its last key; null if nothing follows it
   */
  record AddPage(PageToRead page, List<KeyVersion> records, @Nullable Key through)
      implements TreeCommand {}

  /** Has trees built anew; hears when that was noted. */
  record Rebuild(Set<PartitionId> partitions, ActorRef<AntiEntropy.RebuildNoted> replyTo)
      implements TreeCommand {}

  /**
   * Wants a question answered.
   *
   * @param question that asks for a root, or for nodes
   */
  record Answer(AntiEntropyMessage question, ActorRef<AntiEntropy.Answered> replyTo)
      implements TreeCommand {}

  /**
   * Wants to know this side's tree as it is now.
   *
   * @param parents whose children's digests are wanted; null if none are
   * @param answer of the other side, which comes back
   */
  record WantTree(
      AntiEntropyMessage answer, @Nullable TreeNodes parents, ActorRef<AntiEntropy.OwnTree> replyTo)
      implements TreeCommand {}
}
