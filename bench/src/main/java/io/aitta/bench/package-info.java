/** Measures stores over several processes on one machine, and checks what they answer. */
@NullMarked
package io.aitta.bench;

import org.jspecify.annotations.NullMarked;
