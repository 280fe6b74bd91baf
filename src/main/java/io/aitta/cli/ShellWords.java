package io.aitta.cli;

/** Words as a shell reads them, so that what is printed can be pasted. */
final class ShellWords {
  private ShellWords() {}

  /** The word as it is if that is safe, else within single quotes. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
