/** How replicas find in what they differ, and what must be merged before one is whole again. */
@NullMarked
package io.aitta.repair;

import org.jspecify.annotations.NullMarked;
