/** Internal. What of a GIF file decides its first picture. */
@NullMarked
package org.finetune4j.decode.gif;

import org.jspecify.annotations.NullMarked;
