/** Internal. Files that are either whole or not there. */
@NullMarked
package org.finetune4j.files;

import org.jspecify.annotations.NullMarked;
