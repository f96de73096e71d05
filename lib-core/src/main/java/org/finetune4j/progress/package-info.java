/** How long work says how far it is: downloads, extraction, training. */
@NullMarked
package org.finetune4j.progress;

import org.jspecify.annotations.NullMarked;
