/** Internal. Work that is prepared on other threads while the engines compute. */
@NullMarked
package org.finetune4j.pipeline;

import org.jspecify.annotations.NullMarked;
