/** Internal. Pictures made the batches of pixels that networks read. */
@NullMarked
package org.finetune4j.feature.pixel;

import org.jspecify.annotations.NullMarked;
