/** Data sets in zip files, read in place. */
@NullMarked
package org.finetune4j.archive;

import org.jspecify.annotations.NullMarked;
