package io.aitta.serialization;

import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.KeyedEntry;
import java.util.ArrayList;
import java.util.List;

/** The form of requests for a member's entries, and of pages of them. */
final class CopyFormat {
  /** A key of four bytes at least, and an entry without codec and value. */
  private static final int MIN_ENTRY_BYTES = 2 + 2 + 16 + 1 + 8 + 1 + 4;

  private CopyFormat() {}

  static void write(CopyRequest request, WireWriter out) {
    out.writeLong(request.id());
    out.writeNode(request.from());
    out.writeIncarnation(request.fromIncarnation());
    out.writeNode(request.to());
    out.writePartition(request.partition());
    out.writeEpoch(request.epoch());
    out.writeKeyOrNull(request.after());
    out.writeInt(request.maxBytes());
  }

  static CopyRequest readRequest(WireReader in) {
    return new CopyRequest(
        in.readLong(),
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readPartition(),
        in.readEpoch(),
        in.readKeyOrNull(),
        in.readInt());
  }

  static void write(CopyPage page, WireWriter out) {
    out.writeLong(page.id());
    out.writeNode(page.from());
    out.writeIncarnation(page.fromIncarnation());
    out.writeNode(page.to());
    out.writePartition(page.partition());
    out.writeByte(WireCodes.PAGE_STATUSES.code(page.status()));
    out.writeVersion(page.horizon());
    out.writeTime(page.time());
    out.writeInt(page.entries().size());
    for (KeyedEntry entry : page.entries()) {
      out.writeKey(entry.key());
      out.writeEntry(entry.entry());
    }
  }

  static CopyPage readPage(WireReader in) {
    return new CopyPage(
        in.readLong(),
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readPartition(),
        WireCodes.PAGE_STATUSES.constant(in.readByte()),
        in.readVersion(),
        in.readTime(),
        readEntries(in));
  }

  private static List<KeyedEntry> readEntries(WireReader in) {
    int count = in.readCount(MIN_ENTRY_BYTES);
    List<KeyedEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(new KeyedEntry(in.readKey(), in.readEntry()));
    }
    return entries;
  }
}
