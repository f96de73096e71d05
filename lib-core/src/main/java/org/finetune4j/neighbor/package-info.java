/** Internal: which samples of a training are nearest, and how many of them are asked. */
@NullMarked
package org.finetune4j.neighbor;

import org.jspecify.annotations.NullMarked;
