/** A network as data: named layers with Keras's names, shapes, cutting. */
@NullMarked
package org.finetune4j.network;

import org.jspecify.annotations.NullMarked;
