/** What must be merged from whom before a replica that lost records is whole again. */
@NullMarked
package io.aitta.repair;

import org.jspecify.annotations.NullMarked;
