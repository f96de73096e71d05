/** Fine-tuning: which layers of a backbone learn, in which stages, fed from the cached boundary. */
@NullMarked
package org.finetune4j.finetune;

import org.jspecify.annotations.NullMarked;
