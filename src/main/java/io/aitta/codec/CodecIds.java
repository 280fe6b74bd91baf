package io.aitta.codec;

import java.util.regex.Pattern;

/** What the names of forms may look like. */
final class CodecIds {
  static final Pattern VALID = Pattern.compile("[a-z0-9./+-]{1,64}");

  private CodecIds() {}
}
