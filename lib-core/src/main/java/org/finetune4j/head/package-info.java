/** Classifier heads on deep features: linear and dense. */
@NullMarked
package org.finetune4j.head;

import org.jspecify.annotations.NullMarked;
