package io.aitta.bench;

/** Takes the end of one operation: exactly one call, by any thread. */
public interface Completion {

  /** A get found a value. */
  void found(byte[] value);

  /** A put is stored as often as the system promises. */
  void written();

  /**
   * An operation ended otherwise.
   *
   * @param outcome how, in few words of a small number of kinds: they are counted by it
   */
  void failed(String outcome);
}
