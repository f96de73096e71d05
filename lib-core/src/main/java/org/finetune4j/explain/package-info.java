/** Why a network says what it says: activations and class activation maps, as pictures. */
@NullMarked
package org.finetune4j.explain;

import org.jspecify.annotations.NullMarked;
