/** Labelled pictures: reading folders and lists, decoding, splitting, labels. */
@NullMarked
package org.finetune4j.data;

import org.jspecify.annotations.NullMarked;
