/** What a user starts with: the extension, stores of typed values, nodes and their settings. */
@NullMarked
package io.aitta;

import org.jspecify.annotations.NullMarked;
