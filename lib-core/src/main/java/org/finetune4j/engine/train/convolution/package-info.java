/** Internal. The ways to compute a convolution, and which of them suits a layer. */
@NullMarked
package org.finetune4j.engine.train.convolution;

import org.jspecify.annotations.NullMarked;
