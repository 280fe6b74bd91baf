package io.aitta.model;

/**
 * A part of a frame that is larger than one message may be. Pieces of a frame follow each other on
 * one ordered channel; a gap discards what came of it.
 *
 * @param from the node that sent it
 * @param fromIncarnation its incarnation
 * @param to the node that it is for
 * @param number names the frame among those of the same sender and direction
 * @param index the piece's position, from 0
 * @param count how many pieces the frame has, from 2, each of at least one byte
 * @param totalBytes the size of the whole serialized frame
 * @param content this piece's part of it
 */
public record FramePiece(
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    long number,
    int index,
    int count,
    int totalBytes,
    Bytes content)
    implements WireMessage {

  public FramePiece {
    if (count < 2 || index < 0 || index >= count) {
      throw new IllegalArgumentException("piece [" + index + "] of [" + count + "] does not exist");
    }
    if (totalBytes < count || content.size() < 1 || content.size() > totalBytes) {
      throw new IllegalArgumentException(
          "piece of [" + content.size() + "] bytes does not fit a frame of [" + totalBytes + "]");
    }
  }
}
