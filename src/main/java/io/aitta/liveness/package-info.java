/** What a node concludes of its peers' liveness. */
@NullMarked
package io.aitta.liveness;

import org.jspecify.annotations.NullMarked;
