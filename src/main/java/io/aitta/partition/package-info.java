/** Which nodes hold which partition, and how nodes agree on it. */
@NullMarked
package io.aitta.partition;

import org.jspecify.annotations.NullMarked;
