/** Training of heads, of backbone tails and of small networks. */
@NullMarked
package org.finetune4j.train;

import org.jspecify.annotations.NullMarked;
