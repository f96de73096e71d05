/** What a training tells while it runs and afterwards: listeners, logs, histories, curves. */
@NullMarked
package org.finetune4j.train.log;

import org.jspecify.annotations.NullMarked;
