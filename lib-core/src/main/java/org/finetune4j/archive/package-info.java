/** Data sets in zip and tar files, read in place. */
@NullMarked
package org.finetune4j.archive;

import org.jspecify.annotations.NullMarked;
