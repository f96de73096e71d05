/** Internal. One class per kind of layer, forward and backward. */
@NullMarked
package org.finetune4j.engine.train.operation;

import org.jspecify.annotations.NullMarked;
