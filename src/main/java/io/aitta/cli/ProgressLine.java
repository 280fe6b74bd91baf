package io.aitta.cli;

/** One line for a person who waits, redrawn as it changes; nothing where nobody watches. */
final class ProgressLine {
  private final Streams streams;
  private final boolean isShown;
  private String drawn = "";

  /**
   * @param isQuiet whether nothing is shown, whoever watches
   */
  ProgressLine(Streams streams, boolean isQuiet) {
    this.streams = streams;
    this.isShown = streams.isErrorWatched() && !isQuiet;
  }

  void show(String text) {
    if (isShown && !text.equals(drawn)) {
      streams.err().print("\r" + text + "\u001B[K");
      streams.err().flush();
      drawn = text;
    }
  }

  /** Leaves the line empty for what is printed next. */
  void end() {
    if (!drawn.isEmpty()) {
      streams.err().print("\r\u001B[K");
      streams.err().flush();
      drawn = "";
    }
  }
}
