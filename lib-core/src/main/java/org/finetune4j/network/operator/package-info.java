/** Internal. Operators of ONNX as values, and what is known of them. */
@NullMarked
package org.finetune4j.network.operator;

import org.jspecify.annotations.NullMarked;
