/** Classifiers in eight bits: about a quarter of the size, 1.3 to 3.8 times as fast. */
@NullMarked
package org.finetune4j.quantize;

import org.jspecify.annotations.NullMarked;
