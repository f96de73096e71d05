/** Internal. From the bytes of a picture file to pixels: formats, readers, orientation. */
@NullMarked
package org.finetune4j.decode;

import org.jspecify.annotations.NullMarked;
