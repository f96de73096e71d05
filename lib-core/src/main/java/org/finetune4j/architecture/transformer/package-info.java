/** Internal. Vision transformers: their layers, and what their files call the tensors. */
@NullMarked
package org.finetune4j.architecture.transformer;

import org.jspecify.annotations.NullMarked;
