/**
 * Internal. Steps, epochs and stages of a training, and the sweep that looks for a learning rate.
 */
@NullMarked
package org.finetune4j.train.loop;

import org.jspecify.annotations.NullMarked;
