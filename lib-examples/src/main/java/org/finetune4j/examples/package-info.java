/** Tutorials as programs, one task each, readable from top to bottom. */
@NullMarked
package org.finetune4j.examples;

import org.jspecify.annotations.NullMarked;
