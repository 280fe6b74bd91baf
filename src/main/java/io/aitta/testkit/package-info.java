/** Clusters under control, in one ActorSystem and without a network, for users' tests and ours. */
@NullMarked
package io.aitta.testkit;

import org.jspecify.annotations.NullMarked;
