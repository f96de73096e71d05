/** Looks for what is wrong with labelled pictures before anything is learned from them. */
@NullMarked
package org.finetune4j.doctor;

import org.jspecify.annotations.NullMarked;
