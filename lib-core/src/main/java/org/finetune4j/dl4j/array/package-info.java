/** Internal. ND4J's arrays: from tensors, to tensors, and from files. */
@NullMarked
package org.finetune4j.dl4j.array;

import org.jspecify.annotations.NullMarked;
