/** Labelled pictures: reading folders, decoding files, splitting, labels. */
@NullMarked
package org.finetune4j.data;

import org.jspecify.annotations.NullMarked;
