/** How good a classifier is: metrics from labels and probabilities. */
@NullMarked
package org.finetune4j.evaluate;

import org.jspecify.annotations.NullMarked;
