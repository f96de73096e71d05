/** Internal. JPEG files decoded at a half, a quarter or an eighth of their size. */
@NullMarked
package org.finetune4j.decode.jpeg;

import org.jspecify.annotations.NullMarked;
