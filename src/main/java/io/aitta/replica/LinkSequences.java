package io.aitta.replica;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets a frame of a link be taken up at most once (protocol rule 1). Frames may come out of order:
 * a large one travels in pieces through an actor of its own, and small ones that were sent after it
 * overtake it. So a link remembers which of its last {@value #WINDOW} sequences, counted from the
 * highest, were seen: an unseen one of them is taken up; what was seen is a duplicate, and what is
 * older than all of them came too late to tell. A sender has far fewer frames in flight than that.
 *
 * <p>A link is a sender's incarnation; one of a lower start counter than a sender's latest is over.
 * Those of one start counter, which only a restored backup makes, are kept apart.
 */
public final class LinkSequences {
  static final int WINDOW = 1024;

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

  /** Whether the frame is to be taken up; if so, it never is again. */
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
    Seen seen = known.links().get(incarnation);
    if (seen != null) {
      return seen.add(sequence);
    }
    if (known.links().size() >= MAX_LINKS_OF_ONE_START) {
      return false;
    }
    known.links().put(incarnation, new Seen(sequence));
    return true;
  }

  /** How many links are remembered. */
  public int links() {
    return senders.values().stream().mapToInt(sender -> sender.links().size()).sum();
  }

  /** The links of a sender's latest start. */
  private record Sender(int startCounter, Map<Incarnation, Seen> links) {}

  /** The sequences of a link in (highest - WINDOW, highest] that were seen. */
  private static final class Seen {
    private final long[] bits = new long[WINDOW / Long.SIZE]; // one for each sequence modulo WINDOW
    private long highest; // seen, and never goes back

    Seen(long first) {
      highest = first;
      set(first);
    }

    /** Whether the sequence is inside the window, or above it, and new. */
    boolean add(long sequence) {
      if (sequence > highest) {
        slideTo(sequence);
      } else if (isBehind(highest - sequence) || isSet(sequence)) {
        return false;
      }
      set(sequence);
      return true;
    }

    private void slideTo(long sequence) {
      if (isBehind(sequence - highest)) {
        Arrays.fill(bits, 0);
      } else {
        for (long passed = highest + 1; passed <= sequence && passed > highest; passed++) {
          bits[word(passed)] &= ~(1L << passed);
        }
      }
      highest = sequence;
    }

    /** Whether a distance is no less than the window; a negative one has overflowed. */
    private static boolean isBehind(long distance) {
      return distance < 0 || distance >= WINDOW;
    }

    private boolean isSet(long sequence) {
      return (bits[word(sequence)] & (1L << sequence)) != 0;
    }

    private void set(long sequence) {
      bits[word(sequence)] |= 1L << sequence;
    }

    private static int word(long sequence) {
      return (int) (sequence & (WINDOW - 1)) / Long.SIZE;
    }
  }
}
