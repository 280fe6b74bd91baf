package io.aitta.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a file, in order, the same whenever the same file is read. */
interface Rows {

  /** The next row, good or bad; null at the end. */
  @Nullable Row next() throws IOException;
}
