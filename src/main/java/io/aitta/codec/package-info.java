/** Values to bytes and back. */
@NullMarked
package io.aitta.codec;

import org.jspecify.annotations.NullMarked;
