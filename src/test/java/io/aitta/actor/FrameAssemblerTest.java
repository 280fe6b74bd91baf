package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.FramePiece;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.TreeNodes;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FrameAssemblerTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final int PIECE_BYTES = 192 * 1024;
  private static final int MIB = 1 << 20;
  private static final Duration SILENCE = Duration.ofMillis(150);

  private final FrameSplitter splitter = new FrameSplitter(ACTORS.system(), PIECE_BYTES);
  private final TestProbe<CapturedTransport.Sent> delivered =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final ActorRef<WireMessage> assembler =
      ACTORS.spawn(
          Behaviors.transformMessages(
              WireMessage.class,
              FrameAssembler.create(
                  CapturedTransport.to(delivered), "here", Parts.SELF, PIECE_BYTES, 4L * MIB),
              FrameAssembler::fromWire));

  private static Entry value(int seed) {
    byte[] bytes = new byte[MIB];
    new Random(seed).nextBytes(bytes);
    return Entry.value(new Version(Parts.TIME, Parts.B), Entry.NEVER, "bytes", Bytes.wrap(bytes));
  }

  private static RequestFrame request(NodeId from, int seed) {
    return new RequestFrame(
        Parts.CLUSTER,
        from,
        Parts.RUN,
        Parts.SELF,
        Parts.RUN,
        seed,
        Parts.TIME,
        List.of(
            new RequestFrame.Item(
                1,
                1000,
                new ReplicaRequest.Write(
                    Key.of("s", "k"), Epoch.FIRST, value(seed), WriteOrigin.PUT))));
  }

  private static ReplyFrame reply(NodeId from, int seed) {
    return new ReplyFrame(
        from,
        Parts.RUN,
        Parts.SELF,
        Parts.RUN,
        seed,
        Parts.TIME,
        List.of(new ReplyFrame.Item(1, new ReplicaReply.Copy(value(seed)))));
  }

  private void expect(WireMessage message) {
    assertEquals(new CapturedTransport.Sent("here", message), delivered.receiveMessage());
  }

  private void expectNothing() {
    delivered.expectNoMessage(SILENCE);
  }

  private static FramePiece piece(
      NodeId from, long number, int index, int count, int totalBytes, int bytes) {
    return new FramePiece(
        from, Parts.RUN, Parts.SELF, number, index, count, totalBytes, Bytes.wrap(new byte[bytes]));
  }

  @Test
  void aFrameOfALargeValueIsCutBelowTheSizeOfAMessageAndPutTogetherAgain() {
    RequestFrame frame = request(Parts.B, 1);
    assertTrue(splitter.isTooLarge(frame));
    List<FramePiece> pieces = splitter.split(frame);
    assertEquals(6, pieces.size());
    pieces.forEach(piece -> assertTrue(piece.content().size() <= PIECE_BYTES));
    pieces.forEach(assembler::tell);
    expect(frame);
    expectNothing();
  }

  @Test
  void aComparisonOfManyRecordsIsCutLikeAFrame() {
    AntiEntropyMessage listing =
        new AntiEntropyMessage.ListingRequest(
            new ComparisonHeader(
                1, 2, Parts.B, Parts.RUN, Parts.SELF, new PartitionId(3), Epoch.FIRST),
            TreeNodes.ROOT,
            null,
            null,
            Digests.wrap(new long[PIECE_BYTES / Long.BYTES]));
    assertTrue(splitter.isTooLarge(listing));
    List<FramePiece> pieces = splitter.split(listing);
    assertEquals(2, pieces.size());
    pieces.forEach(assembler::tell);
    expect(listing);
  }

  @Test
  void aQuestionOfManyDeadRecordsIsCutLikeAFrame() {
    Version version = new Version(HybridTime.ofMillis(1), Parts.B);
    TombstoneMessage asked =
        new TombstoneMessage.Asked(
            new ComparisonHeader(
                1, 0, Parts.B, Parts.RUN, Parts.SELF, new PartitionId(3), Epoch.FIRST),
            IntStream.range(0, PIECE_BYTES / 20)
                .mapToObj(i -> new KeyVersion(Key.of("store", "key-" + i), version, true))
                .toList());
    assertTrue(splitter.isTooLarge(asked));
    splitter.split(asked).forEach(assembler::tell);
    expect(asked);
    expectNothing();
  }

  @Test
  void framesOfTwoSendersMayComeInterleaved() {
    List<WireMessage> frames = List.of(request(Parts.B, 1), request(Parts.C, 2));
    interleave(frames);
    frames.forEach(this::expect);
  }

  /** A node's peer and its replica send at the same time. */
  @Test
  void framesOfTwoActorsOfOneSenderMayComeInterleaved() {
    List<WireMessage> frames = List.of(request(Parts.B, 1), reply(Parts.B, 2));
    interleave(frames);
    frames.forEach(this::expect);
  }

  private void interleave(List<WireMessage> frames) {
    List<List<FramePiece>> cut = frames.stream().map(splitter::split).toList();
    for (int i = 0; i < cut.get(0).size(); i++) {
      for (List<FramePiece> pieces : cut) {
        assembler.tell(pieces.get(i));
      }
    }
  }

  @Test
  void aLostPieceLosesItsFrameAndNoOther() {
    List<FramePiece> pieces = splitter.split(request(Parts.B, 1));
    for (int lost = 0; lost < pieces.size(); lost++) {
      for (FramePiece piece : splitter.split(request(Parts.B, 1))) {
        if (piece.index() != lost) {
          assembler.tell(piece);
        }
      }
    }
    RequestFrame whole = request(Parts.B, 2);
    splitter.split(whole).forEach(assembler::tell);
    expect(whole);
    expectNothing();
  }

  @Test
  void piecesInAnotherOrderOrTwiceLoseTheirFrame() {
    List<FramePiece> swapped = new ArrayList<>(splitter.split(request(Parts.B, 1)));
    Collections.swap(swapped, 2, 3);
    swapped.forEach(assembler::tell);
    for (FramePiece piece : splitter.split(request(Parts.B, 2))) {
      assembler.tell(piece);
      assembler.tell(piece);
    }
    expectNothing();
  }

  @Test
  void aFrameForAnotherNodeIsIgnored() {
    for (FramePiece piece : splitter.split(request(Parts.B, 1))) {
      assembler.tell(
          new FramePiece(
              piece.from(),
              piece.fromIncarnation(),
              Parts.C,
              piece.number(),
              piece.index(),
              piece.count(),
              piece.totalBytes(),
              piece.content()));
    }
    expectNothing();
  }

  @Test
  void whatIsAnnouncedTakesNothingFromOthersUntilItComes() {
    for (int stranger = 100; stranger < 1100; stranger++) {
      assembler.tell(piece(new NodeId(stranger), 1, 0, 2, 4 * MIB, 1));
      assembler.tell(piece(new NodeId(stranger), 2, 0, 2, Integer.MAX_VALUE, 1));
    }
    RequestFrame frame = request(Parts.B, 1);
    splitter.split(frame).forEach(assembler::tell);
    expect(frame);
  }

  /** Nine unfinished frames of half a MiB are more than the four MiB that are kept. */
  @Test
  void beyondTheBoundTheFrameThatWasSilentLongestIsDiscarded() {
    FramePiece slow = splitter.split(request(Parts.B, 1)).get(0);
    assembler.tell(slow);
    for (int i = 0; i < 9; i++) {
      assembler.tell(piece(Parts.C, 50 + i, 0, 2, MIB, MIB / 2));
    }
    splitter.split(request(Parts.B, 1)).stream()
        .skip(1)
        .map(
            piece ->
                new FramePiece(
                    piece.from(),
                    piece.fromIncarnation(),
                    piece.to(),
                    slow.number(),
                    piece.index(),
                    piece.count(),
                    piece.totalBytes(),
                    piece.content()))
        .forEach(assembler::tell);
    expectNothing();
    RequestFrame next = request(Parts.B, 3);
    splitter.split(next).forEach(assembler::tell);
    expect(next);
  }

  @Test
  void piecesThatAreNoFrameTogetherAreRefused() {
    assembler.tell(piece(Parts.B, 1, 0, 2, 100, 50));
    assembler.tell(piece(Parts.B, 1, 1, 2, 100, 50));
    assembler.tell(piece(Parts.B, 2, 0, 2, 100, 99));
    assembler.tell(piece(Parts.B, 2, 1, 2, 100, 2)); // more than was announced
    assembler.tell(piece(Parts.B, 3, 0, 2, 100, 50));
    assembler.tell(piece(Parts.B, 3, 1, 2, 100, 49)); // less
    expectNothing();
    RequestFrame frame = request(Parts.B, 1);
    splitter.split(frame).forEach(assembler::tell);
    expect(frame);
  }

  @Test
  void aFrameInsideAFrameIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> splitter.join(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> splitter.join(new byte[] {9, 'Q'}));
    assertThrows(IllegalArgumentException.class, () -> splitter.join(new byte[] {-1, 'Q'}));
    assertThrows(IllegalArgumentException.class, () -> splitter.join(new byte[] {1, 'P', 1}));
  }
}
