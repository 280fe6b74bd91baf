package io.aitta.serialization;

import io.aitta.model.KeyVersion;
import io.aitta.model.TombstoneMessage;
import java.util.List;

/** The form of what members say to each other to drop what is dead. */
final class TombstoneFormat {
  static final String ASKED = "D1";
  static final String CONFIRMED = "D2";
  static final String DROP = "D3";
  static final String DROPPED = "D4";

  private TombstoneFormat() {}

  static String manifest(TombstoneMessage message) {
    if (message instanceof TombstoneMessage.Asked) {
      return ASKED;
    }
    if (message instanceof TombstoneMessage.Confirmed) {
      return CONFIRMED;
    }
    return message instanceof TombstoneMessage.Drop ? DROP : DROPPED;
  }

  static void write(TombstoneMessage message, WireWriter out) {
    AntiEntropyFormat.write(message.header(), out);
    if (message instanceof TombstoneMessage.Asked asked) {
      write(asked.dead(), out);
    } else if (message instanceof TombstoneMessage.Confirmed confirmed) {
      out.writeBytes(confirmed.held());
    } else if (message instanceof TombstoneMessage.Drop drop) {
      write(drop.dead(), out);
    } else if (message instanceof TombstoneMessage.Dropped dropped) {
      out.writeFlag(dropped.isDone());
    }
  }

  private static void write(List<KeyVersion> records, WireWriter out) {
    out.writeInt(records.size());
    records.forEach(record -> AntiEntropyFormat.write(record, out));
  }

  static TombstoneMessage read(String manifest, WireReader in) {
    var header = AntiEntropyFormat.readHeader(in);
    return switch (manifest) {
      case ASKED -> new TombstoneMessage.Asked(header, AntiEntropyFormat.readRecords(in));
      case CONFIRMED -> new TombstoneMessage.Confirmed(header, in.readBytes());
      case DROP -> new TombstoneMessage.Drop(header, AntiEntropyFormat.readRecords(in));
      case DROPPED -> new TombstoneMessage.Dropped(header, in.readFlag());
      default -> throw new MalformedMessageException("unknown manifest");
    };
  }
}
