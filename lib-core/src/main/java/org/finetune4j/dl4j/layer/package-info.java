/** Internal. Layers and activations that Deeplearning4j lacks, which it makes by name. */
@NullMarked
package org.finetune4j.dl4j.layer;

import org.jspecify.annotations.NullMarked;
