/** Internal. The reader of WebP files: libwebp's, or one in Java where it cannot be loaded. */
@NullMarked
package org.finetune4j.decode.webp;

import org.jspecify.annotations.NullMarked;
