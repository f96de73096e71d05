/** Whole Keras models from files, with their own classifiers. */
@NullMarked
package org.finetune4j.keras;

import org.jspecify.annotations.NullMarked;
