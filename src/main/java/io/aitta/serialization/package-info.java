/** The wire form of messages. Pekko loads it by name; nothing calls it. */
@NullMarked
package io.aitta.serialization;

import org.jspecify.annotations.NullMarked;
