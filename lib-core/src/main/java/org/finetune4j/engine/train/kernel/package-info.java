/** Internal. Arrays and the loops and native products over them that the operations share. */
@NullMarked
package org.finetune4j.engine.train.kernel;

import org.jspecify.annotations.NullMarked;
