/** Internal. The state of a training in files, from which a killed run goes on. */
@NullMarked
package org.finetune4j.train.checkpoint;

import org.jspecify.annotations.NullMarked;
