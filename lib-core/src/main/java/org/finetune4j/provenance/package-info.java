/** Where a model comes from, and what was done to it. */
@NullMarked
package org.finetune4j.provenance;

import org.jspecify.annotations.NullMarked;
