package io.aitta.bench;

/** A measurement that could not be taken; the message is for a person. */
final class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchFailure(String message) {
    super(message);
  }
}
