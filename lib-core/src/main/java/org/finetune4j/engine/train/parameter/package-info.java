/** Internal. Trainable arrays, and how frozen statistics multiply into them. */
@NullMarked
package org.finetune4j.engine.train.parameter;

import org.jspecify.annotations.NullMarked;
