package io.aitta.codec;

/** A value that could not be turned into bytes, or bytes that could not be turned into a value. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what could not be turned into what. */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what could not be turned into what. */
  public CodecException(String message) {
    super(message);
  }
}
