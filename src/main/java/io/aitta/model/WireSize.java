package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * Upper bounds of the encoded sizes of what carries values, in bytes, to fill frames by; exact for
 * {@link AntiEntropyMessage}s.
 */
public final class WireSize {
  /** What a frame takes beside its items. */
  public static final int FRAME_HEADER = 96;

  private static final int ITEM_HEADER = 24;
  private static final int ENTRY_HEADER = 48 + Entry.MAX_CODEC_CHARS;

  private static final int COMPARISON_HEADER = 1 + 8 + 4 + 8 + 8 + 8 + 4 + 8;

  private WireSize() {}

  /** The size of a message, as far as it carries values; a small constant for others. */
  public static int of(WireMessage message) {
    if (message instanceof AntiEntropyMessage comparing) {
      return of(comparing);
    }
    long size = FRAME_HEADER;
    if (message instanceof RequestFrame frame) {
      for (RequestFrame.Item item : frame.requests()) {
        size += ofRequest(item.request());
      }
    } else if (message instanceof ReplyFrame frame) {
      for (ReplyFrame.Item item : frame.replies()) {
        size += ofReply(item.reply());
      }
    } else if (message instanceof FramePiece piece) {
      size += piece.content().size();
    } else if (message instanceof TombstoneMessage dead) {
      size += ofTombstones(dead);
    } else if (message instanceof CopyRequest request) {
      size += request.after() == null ? 0 : request.after().encodedSize();
    } else if (message instanceof CopyPage page) {
      for (KeyedEntry entry : page.entries()) {
        size += ITEM_HEADER + (long) entry.key().encodedSize() + ofEntry(entry.entry());
      }
    }
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static long ofTombstones(TombstoneMessage message) {
    if (message instanceof TombstoneMessage.Asked asked) {
      return asked.dead().stream().mapToLong(WireSize::ofKeyVersion).sum();
    }
    if (message instanceof TombstoneMessage.Drop drop) {
      return drop.dead().stream().mapToLong(WireSize::ofKeyVersion).sum();
    }
    return message instanceof TombstoneMessage.Confirmed confirmed ? confirmed.held().size() : 0;
  }

  private static int of(AntiEntropyMessage message) {
    int size = COMPARISON_HEADER;
    if (message instanceof AntiEntropyMessage.RootReply) {
      size += 8 + 8 + 1;
    } else if (message instanceof AntiEntropyMessage.NodesRequest request) {
      size += ofNodes(request.parents());
    } else if (message instanceof AntiEntropyMessage.NodesReply reply) {
      size += ofDigests(reply.children());
    } else if (message instanceof AntiEntropyMessage.ListingRequest request) {
      size += ofNodes(request.nodes()) + ofKey(request.after()) + ofKey(request.through());
      size += ofDigests(request.digests());
    } else if (message instanceof AntiEntropyMessage.ListingReply reply) {
      size += ofKey(reply.through()) + 4 + reply.unknown().size() + 4;
      for (KeyVersion other : reply.others()) {
        size += ofKeyVersion(other);
      }
    } else if (message instanceof AntiEntropyMessage.Refused) {
      size += 1;
    }
    return size;
  }

  private static int ofKey(@Nullable Key key) {
    return key == null ? 1 : 1 + 2 + key.encodedSize();
  }

  private static int ofDigests(Digests digests) {
    return 4 + 8 * digests.size();
  }

  private static int ofNodes(TreeNodes nodes) {
    return 1 + 4 + Math.min(2 * nodes.size(), (TreeNodes.count(nodes.level()) + 7) / 8);
  }

  /** The size of what is said of one record without its value. */
  public static int ofKeyVersion(KeyVersion record) {
    return 2 + record.key().encodedSize() + 16 + 1;
  }

  /** The size of one request. */
  public static int ofRequest(ReplicaRequest request) {
    int size = ITEM_HEADER + 8 + request.key().encodedSize();
    return request instanceof ReplicaRequest.Write write ? size + ofEntry(write.entry()) : size;
  }

  /** The size of one reply. */
  public static int ofReply(ReplicaReply reply) {
    if (reply instanceof ReplicaReply.Copy copy) {
      return ITEM_HEADER + 8 + (copy.entry() == null ? 0 : ofEntry(copy.entry()));
    }
    if (reply instanceof ReplicaReply.Wrote wrote) {
      return ITEM_HEADER + (wrote.held() == null ? 0 : ofEntry(wrote.held()));
    }
    Configuration newer = ((ReplicaReply.Refused) reply).newer();
    int nodes = newer == null ? 0 : newer.members().size() + newer.successors().size();
    return ITEM_HEADER + 32 + 8 * nodes;
  }

  private static int ofEntry(Entry entry) {
    return ENTRY_HEADER + entry.value().size();
  }
}
