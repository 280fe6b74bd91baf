/** {@code bin/aitta}: its commands, its shell, and the process of one node. */
@NullMarked
package io.aitta.cli;

import org.jspecify.annotations.NullMarked;
