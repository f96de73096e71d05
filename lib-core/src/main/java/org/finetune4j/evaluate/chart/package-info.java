/** Evaluations as pictures. */
@NullMarked
package org.finetune4j.evaluate.chart;

import org.jspecify.annotations.NullMarked;
