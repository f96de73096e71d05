/**
 * Internal. Where a training step gets its samples from: rows of features, or pictures decoded,
 * augmented and mixed.
 */
@NullMarked
package org.finetune4j.train.input;

import org.jspecify.annotations.NullMarked;
