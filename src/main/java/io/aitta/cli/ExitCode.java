package io.aitta.cli;

/** What a command's end tells a script. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** There is no such key; or an import had bad lines. */
  static final int NOT_FOUND = 1;

  /** The arguments are wrong. */
  static final int USAGE = 2;

  /** Refused or unavailable: nothing was applied. */
  static final int REFUSED = 3;

  /** It may have been applied. */
  static final int MAYBE_APPLIED = 4;

  /** Of a node's process alone: it could not start, and may if it is started again. */
  static final int TRY_AGAIN = 75;

  private ExitCode() {}
}
