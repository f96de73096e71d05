/** How to train, as plain values: optimizers, schedules, losses. */
@NullMarked
package org.finetune4j.optimize;

import org.jspecify.annotations.NullMarked;
