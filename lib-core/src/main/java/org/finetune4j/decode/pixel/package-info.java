/** Internal. From pixels of other layouts and colors to those of our pictures. */
@NullMarked
package org.finetune4j.decode.pixel;

import org.jspecify.annotations.NullMarked;
