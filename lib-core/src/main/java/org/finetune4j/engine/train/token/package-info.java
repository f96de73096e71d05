/** Internal. Layers of token sequences at work: forward and backward. */
@NullMarked
package org.finetune4j.engine.train.token;

import org.jspecify.annotations.NullMarked;
