package io.aitta.replica;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a frame of a link be taken up at most once: sequences of a link rise, and what is not above
 * the highest seen is a duplicate or came too late (protocol rule 1). A link is a sender's
 * incarnation; one of a lower start counter than a sender's latest is over.
 */
public final class LinkSequences {
  /** More senders than a cluster has nodes; the one that was silent longest is forgotten first. */
  private static final int MAX_SENDERS = 4096;

  private final Map<NodeId, Link> links =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Link> eldest) {
          return size() > MAX_SENDERS;
        }
      };

  /** Whether the frame is to be taken up; if so, neither it nor an earlier one ever is again. */
  public boolean admit(NodeId sender, Incarnation incarnation, long sequence) {
    Link link = links.get(sender);
    if (link != null && link.incarnation().equals(incarnation)) {
      if (sequence <= link.highest()) {
        return false;
      }
    } else if (link != null && incarnation.startCounter() < link.incarnation().startCounter()) {
      return false;
    }
    links.put(sender, new Link(incarnation, sequence));
    return true;
  }

  private record Link(Incarnation incarnation, long highest) {}
}
