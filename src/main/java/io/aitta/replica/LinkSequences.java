package io.aitta.replica;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a frame of a link be taken up at most once: sequences of a link rise, and what is not above
 * the highest seen is a duplicate or came too late (protocol rule 1). A link is a sender's
 * incarnation; one of a lower start counter than a sender's latest is over. Those of one start
 * counter, which only a restored backup makes, are kept apart.
 */
public final class LinkSequences {
  /** More senders than a cluster has nodes; the one that was silent longest is forgotten first. */
  private static final int MAX_SENDERS = 4096;

  private static final int MAX_LINKS_OF_ONE_START = 16;

  private final Map<NodeId, Sender> senders =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Sender> eldest) {
          return size() > MAX_SENDERS;
        }
      };

  /** Whether the frame is to be taken up; if so, neither it nor an earlier one ever is again. */
  public boolean admit(NodeId sender, Incarnation incarnation, long sequence) {
    Sender known = senders.get(sender);
    int startCounter = incarnation.startCounter();
    if (known == null || startCounter > known.startCounter()) {
      known = new Sender(startCounter, new HashMap<>());
      senders.put(sender, known);
    }
    if (startCounter < known.startCounter()) {
      return false;
    }
    Long highest = known.highest().get(incarnation);
    boolean isNew =
        highest == null ? known.highest().size() < MAX_LINKS_OF_ONE_START : sequence > highest;
    if (isNew) {
      known.highest().put(incarnation, sequence);
    }
    return isNew;
  }

  /** The links of a sender's latest start, each with its highest sequence. */
  private record Sender(int startCounter, Map<Incarnation, Long> highest) {}
}
