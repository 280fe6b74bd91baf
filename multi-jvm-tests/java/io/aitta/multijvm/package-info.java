/** What one JVM cannot show: nodes as processes that are killed, paused and started again. */
@NullMarked
package io.aitta.multijvm;

import org.jspecify.annotations.NullMarked;
