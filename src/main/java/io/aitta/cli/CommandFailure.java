package io.aitta.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Ends a command with one line for the user and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandFailure(int exitCode, String line) {
    super(line, null, false, false);
    this.exitCode = exitCode;
  }

  static CommandFailure usage(String line) {
    return new CommandFailure(ExitCode.USAGE, line);
  }

  static CommandFailure unavailable(String line) {
    return new CommandFailure(ExitCode.REFUSED, line);
  }

  /**
   * What a person should read of a failure of the file system: Java's messages are often a path
   * alone.
   */
  static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (failure instanceof NoSuchFileException missing) {
      return "no such file or directory: " + missing.getFile();
    }
    if (failure instanceof FileAlreadyExistsException other) {
      return "not a directory: " + other.getFile();
    }
    return failure instanceof FileSystemException
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  int exitCode() {
    return exitCode;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
