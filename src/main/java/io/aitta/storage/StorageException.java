package io.aitta.storage;

/** A storage operation that failed. Not a programming error: disks fill up and fail. */
public class StorageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** Describes a failure with its cause. */
  public StorageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Describes a failure. */
  public StorageException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What kind of failure it is. */
  public final Kind kind() {
    return kind;
  }

  /** Kinds of failures. */
  public enum Kind {
    /** No space is left. */
    FULL,
    /** Input or output failed. */
    FAILED,
    /** A record failed its checksum. */
    CORRUPT,
    /** Another process has the data directory open. */
    LOCKED,
    /** The data was written by a newer version, or is not Aitta's. */
    FORMAT
  }
}
