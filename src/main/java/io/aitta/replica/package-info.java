/** How a replica applies what it is sent and answers what it is asked, over a storage engine. */
@NullMarked
package io.aitta.replica;

import org.jspecify.annotations.NullMarked;
