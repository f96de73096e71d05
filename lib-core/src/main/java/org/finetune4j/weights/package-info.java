/** Named tensors, the file formats they come in, and where those files come from. */
@NullMarked
package org.finetune4j.weights;

import org.jspecify.annotations.NullMarked;
