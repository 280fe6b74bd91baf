package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WireSizeTest {
  private static final NodeId A = new NodeId(1);
  private static final Key KEY = Key.of("orders", "42");
  private static final Incarnation RUN = Incarnation.of(1, 1);
  private static final ClusterId CLUSTER = ClusterId.parse("00000000-0000-0001-0000-000000000002");
  private static final Entry ENTRY =
      Entry.value(Version.NONE, 0, "json", Bytes.wrap(new byte[10_000]));

  @Test
  void aRequestGrowsWithItsKeyAndValue() {
    int read = WireSize.ofRequest(new ReplicaRequest.Read(KEY, Epoch.FIRST));
    ReplicaRequest write = new ReplicaRequest.Write(KEY, Epoch.FIRST, ENTRY, WriteOrigin.PUT);
    assertTrue(read > KEY.encodedSize());
    assertTrue(WireSize.ofRequest(write) > read + 10_000);
    RequestFrame frame =
        new RequestFrame(
            CLUSTER,
            A,
            RUN,
            A,
            RUN,
            1,
            HybridTime.ZERO,
            List.of(new RequestFrame.Item(1, 10, write), new RequestFrame.Item(2, 10, write)));
    assertEquals(WireSize.FRAME_HEADER + 2 * WireSize.ofRequest(write), WireSize.of(frame));
  }

  @Test
  void aReplyGrowsWithWhatItShows() {
    int absent = WireSize.ofReply(new ReplicaReply.Copy(null));
    assertTrue(WireSize.ofReply(new ReplicaReply.Copy(ENTRY)) > absent + 10_000);
    assertEquals(absent - 8, WireSize.ofReply(new ReplicaReply.Wrote(WriteResult.APPLIED, null)));
    ReplicaReply superseded = new ReplicaReply.Wrote(WriteResult.SUPERSEDED, ENTRY);
    assertTrue(WireSize.ofReply(superseded) > 10_000);
    int refused = WireSize.ofReply(ReplicaReply.Refused.of(RefusalReason.OVERLOADED));
    Configuration newer =
        new Configuration(new PartitionId(0), Epoch.FIRST, List.of(A), List.of(new NodeId(2)));
    assertEquals(
        refused + 16, WireSize.ofReply(new ReplicaReply.Refused(RefusalReason.STALE_EPOCH, newer)));
    ReplyFrame frame =
        new ReplyFrame(
            A, RUN, A, RUN, 1, HybridTime.ZERO, List.of(new ReplyFrame.Item(1, superseded)));
    assertEquals(WireSize.FRAME_HEADER + WireSize.ofReply(superseded), WireSize.of(frame));
  }

  @Test
  void piecesAndCopiesGrowWithTheirContent() {
    FramePiece piece = new FramePiece(A, RUN, A, 1, 0, 2, 30_000, Bytes.wrap(new byte[9_000]));
    assertEquals(WireSize.FRAME_HEADER + 9_000, WireSize.of(piece));
    PartitionId partition = new PartitionId(0);
    CopyRequest first = new CopyRequest(1, A, RUN, A, partition, Epoch.FIRST, null, 100);
    CopyRequest next = new CopyRequest(1, A, RUN, A, partition, Epoch.FIRST, KEY, 100);
    assertEquals(WireSize.of(first) + KEY.encodedSize(), WireSize.of(next));
    CopyPage page =
        new CopyPage(
            1,
            A,
            RUN,
            A,
            partition,
            CopyPage.Status.LAST,
            Version.NONE,
            HybridTime.ZERO,
            List.of(new KeyedEntry(KEY, ENTRY)));
    assertTrue(WireSize.of(page) > 10_000);
    assertEquals(WireSize.FRAME_HEADER, WireSize.of(new ReportRequest(1, A, A)));
  }

  @Test
  void aPieceIsOneOfItsFrame() {
    for (int[] bad : new int[][] {{0, 1, 10}, {-1, 2, 10}, {2, 2, 10}, {0, 2, 0}, {0, 2, 3}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new FramePiece(A, RUN, A, 1, bad[0], bad[1], bad[2], Bytes.ofUtf8("four")));
    }
  }
}
