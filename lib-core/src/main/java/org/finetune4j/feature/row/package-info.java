/** Internal. Rows of features and the files that keep them. */
@NullMarked
package org.finetune4j.feature.row;

import org.jspecify.annotations.NullMarked;
