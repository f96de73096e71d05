/** Choosing by cross-validation: between settings of a head, between backbones. */
@NullMarked
package org.finetune4j.select;

import org.jspecify.annotations.NullMarked;
