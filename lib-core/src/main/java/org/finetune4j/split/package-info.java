/**
 * Internal. Who belongs to which part of a split or fold: stratified by class, by combination of
 * tags or by quantile, whole groups together.
 */
@NullMarked
package org.finetune4j.split;

import org.jspecify.annotations.NullMarked;
