/** Internal. Layers of Deeplearning4j whose helpers are oneDNN's. */
@NullMarked
package org.finetune4j.dl4j.layer;

import org.jspecify.annotations.NullMarked;
