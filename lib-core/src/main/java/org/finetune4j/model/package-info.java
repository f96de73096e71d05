/** Classifiers that predict, and the one file that holds them. */
@NullMarked
package org.finetune4j.model;

import org.jspecify.annotations.NullMarked;
