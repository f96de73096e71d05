/**
 * Internal. The training engine: a network as operations that run forward and backward, and the
 * updates of its parameters.
 */
@NullMarked
package org.finetune4j.engine.train;

import org.jspecify.annotations.NullMarked;
