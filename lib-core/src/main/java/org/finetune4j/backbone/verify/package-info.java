/** Internal. What a backbone is compared with when it is loaded. */
@NullMarked
package org.finetune4j.backbone.verify;

import org.jspecify.annotations.NullMarked;
