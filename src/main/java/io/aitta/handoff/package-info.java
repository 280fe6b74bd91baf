/** Which hints are kept, for whom, and when they are delivered. */
@NullMarked
package io.aitta.handoff;

import org.jspecify.annotations.NullMarked;
