/** Why a classifier decided as it did, as pictures. */
@NullMarked
package org.finetune4j.explain;

import org.jspecify.annotations.NullMarked;
