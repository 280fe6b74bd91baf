package io.aitta.model;

/**
 * Which question or answer of which comparison a message is.
 *
 * @param id names the comparison among those of the node that began it
 * @param round rises with every question; the answer has the same
 * @param from the sender
 * @param fromIncarnation its incarnation
 * @param to the receiver
 * @param partition what is compared
 * @param epoch the configuration that both must know
 */
public record ComparisonHeader(
    long id,
    int round,
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    PartitionId partition,
    Epoch epoch) {

  /** The header of an answer that the receiver gives. */
  public ComparisonHeader answeredBy(Incarnation answering) {
    return new ComparisonHeader(id, round, to, answering, from, partition, epoch);
  }

  /** The header of the next question of the same comparison. */
  public ComparisonHeader next() {
    return new ComparisonHeader(id, round + 1, from, fromIncarnation, to, partition, epoch);
  }

  /** Whether a header is of an answer to the question with this one. */
  public boolean isAnsweredBy(ComparisonHeader answer) {
    return answer.equals(answeredBy(answer.fromIncarnation()));
  }
}
