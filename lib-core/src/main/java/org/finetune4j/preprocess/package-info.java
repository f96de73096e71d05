/** From a picture to what a network reads: resize rule, channel order, mean and scale. */
@NullMarked
package org.finetune4j.preprocess;

import org.jspecify.annotations.NullMarked;
