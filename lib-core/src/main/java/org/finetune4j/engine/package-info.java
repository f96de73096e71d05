/** Internal: the two engines that run a network. Not part of the public API. */
@NullMarked
package org.finetune4j.engine;

import org.jspecify.annotations.NullMarked;
