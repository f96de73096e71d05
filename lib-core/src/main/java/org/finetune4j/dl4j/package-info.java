/** The bridge to Deeplearning4j's own models. */
@NullMarked
package org.finetune4j.dl4j;

import org.jspecify.annotations.NullMarked;
