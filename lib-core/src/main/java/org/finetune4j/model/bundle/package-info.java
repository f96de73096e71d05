/** Internal. The file that a model is saved in, and the rules that it keeps. */
@NullMarked
package org.finetune4j.model.bundle;

import org.jspecify.annotations.NullMarked;
