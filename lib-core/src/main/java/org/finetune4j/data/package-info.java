/** Labelled pictures: read from folders and lists, and split. */
@NullMarked
package org.finetune4j.data;

import org.jspecify.annotations.NullMarked;
