/** Internal. What stands between a picture and the first layer of a backbone. */
@NullMarked
package org.finetune4j.backbone.input;

import org.jspecify.annotations.NullMarked;
