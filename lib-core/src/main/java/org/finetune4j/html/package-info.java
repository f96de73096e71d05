/** Internal. Pages that stand alone: one file, no script, nothing from the network. */
@NullMarked
package org.finetune4j.html;

import org.jspecify.annotations.NullMarked;
