/** Internal. The layers of transformers and their relatives at work: forward and backward. */
@NullMarked
package org.finetune4j.engine.train.token;

import org.jspecify.annotations.NullMarked;
