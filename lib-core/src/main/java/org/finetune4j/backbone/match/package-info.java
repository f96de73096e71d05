/** Internal. Finds the tensors of a weight file for the layers of a network. */
@NullMarked
package org.finetune4j.backbone.match;

import org.jspecify.annotations.NullMarked;
