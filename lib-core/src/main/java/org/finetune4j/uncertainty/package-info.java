/**
 * What a model knows about its own answers: sets and intervals that hold the truth at a chosen
 * rate, and unfamiliar pictures.
 */
@NullMarked
package org.finetune4j.uncertainty;

import org.jspecify.annotations.NullMarked;
