/** Internal. Networks as Deeplearning4j graphs: what is trained. */
@NullMarked
package org.finetune4j.engine.dl4j;

import org.jspecify.annotations.NullMarked;
