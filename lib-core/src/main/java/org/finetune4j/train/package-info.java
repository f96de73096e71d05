/** The training loop: options, epochs, checkpoints, listeners; small networks from scratch. */
@NullMarked
package org.finetune4j.train;

import org.jspecify.annotations.NullMarked;
