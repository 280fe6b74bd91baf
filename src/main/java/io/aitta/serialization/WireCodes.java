package io.aitta.serialization;

import io.aitta.model.CopyPage;
import io.aitta.model.RefusalReason;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import java.util.HashMap;
import java.util.Map;

/** The bytes that stand for enum constants: never reused, never derived from an order. */
final class WireCodes {
  static final Codes<WriteOrigin> ORIGINS =
      new Codes<WriteOrigin>("write origin")
          .with(WriteOrigin.PUT, 1)
          .with(WriteOrigin.RESTAMPED_PUT, 2)
          .with(WriteOrigin.REPAIR, 3)
          .with(WriteOrigin.HINT, 4)
          .with(WriteOrigin.TRANSFER, 5);

  static final Codes<WriteResult> RESULTS =
      new Codes<WriteResult>("write result")
          .with(WriteResult.APPLIED, 1)
          .with(WriteResult.APPLIED_SINCE_OVERWRITTEN, 2)
          .with(WriteResult.SUPERSEDED, 3)
          .with(WriteResult.SUPERSEDED_UNKNOWN, 4)
          .with(WriteResult.BELOW_HORIZON, 5);

  static final Codes<RefusalReason> REASONS =
      new Codes<RefusalReason>("refusal reason")
          .with(RefusalReason.OVERLOADED, 1)
          .with(RefusalReason.EXPIRED, 2)
          .with(RefusalReason.CLOCK_AHEAD, 3)
          .with(RefusalReason.STALE_EPOCH, 4)
          .with(RefusalReason.NOT_A_REPLICA, 5)
          .with(RefusalReason.RECOVERING, 6)
          .with(RefusalReason.NOT_READY, 7)
          .with(RefusalReason.DEAD, 8)
          .with(RefusalReason.WRONG_INCARNATION, 9)
          .with(RefusalReason.LINK_LOST, 10)
          .with(RefusalReason.STORAGE_FULL, 11)
          .with(RefusalReason.STORAGE_FAILED, 12)
          .with(RefusalReason.CORRUPT_RECORD, 13)
          .with(RefusalReason.KEY_TOO_LARGE, 14)
          .with(RefusalReason.VALUE_TOO_LARGE, 15)
          .with(RefusalReason.CONFIGURATION_CHANGING, 16)
          .with(RefusalReason.LOADING, 17)
          .with(RefusalReason.CONFIGURATION_CONFLICT, 18)
          .with(RefusalReason.IN_QUESTION, 19);

  static final Codes<CopyPage.Status> PAGE_STATUSES =
      new Codes<CopyPage.Status>("page status")
          .with(CopyPage.Status.MORE, 1)
          .with(CopyPage.Status.LAST, 2)
          .with(CopyPage.Status.LAST_NOT_WHOLE, 3)
          .with(CopyPage.Status.REFUSED, 4);

  private WireCodes() {}

  /** A constant for a byte and a byte for a constant. */
  static final class Codes<E extends Enum<E>> {
    private final String what;
    private final Map<E, Byte> codes = new HashMap<>();
    private final Map<Byte, E> constants = new HashMap<>();

    private Codes(String what) {
      this.what = what;
    }

    private Codes<E> with(E constant, int code) {
      codes.put(constant, (byte) code);
      constants.put((byte) code, constant);
      return this;
    }

    byte code(E constant) {
      Byte code = codes.get(constant);
      if (code == null) {
        throw new IllegalStateException("no code for " + what + " [" + constant + "]");
      }
      return code;
    }

    E constant(byte code) {
      E constant = constants.get(code);
      if (constant == null) {
        throw new MalformedMessageException("unknown " + what + " [" + code + "]");
      }
      return constant;
    }
  }
}
