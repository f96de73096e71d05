/** Internal. The convex problems that linear heads solve, and how they are solved. */
@NullMarked
package org.finetune4j.head.linear;

import org.jspecify.annotations.NullMarked;
